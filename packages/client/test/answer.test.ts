import { getEventListeners } from "node:events";
import { PassThrough, Readable } from "node:stream";
import t, { type Test } from "tap";
import { createClient } from "../src/index.ts";
import { grant, type Reply, startServer, until } from "./fakes.ts";

const megabyte = "x".repeat(1_048_576);

async function setUp(t: Test, reply: Reply) {
  const auth = await startServer(t, grant());
  const target = await startServer(t, reply);
  const services = { m2: { url: target.url } };
  const client = createClient({ authServer: auth.url, credential: "cred-1", services });
  t.teardown(() => client.close());
  // So that a short deadline has the target alone to wait for.
  await client.getToken("m2");
  return { target, call: (init = {}) => client.fetch("m2", "/", init) };
}

t.test("text is UTF-8 of a megabyte at most, or of what is asked for", async (t) => {
  const { call } = await setUp(t, (_, response) => response.end(`${megabyte.slice(2)}é`));
  t.equal((await (await call()).text()).slice(-1), "é");
  await t.rejects((await call()).text(1_048_575), {
    code: "target_unreachable",
    message: "The answer of m2 is longer than 1048575 bytes.",
  });
});

t.test("an endless body is cut off and its connection closed", async (t) => {
  const { call, target } = await setUp(t, (_, response) => {
    Readable.from(
      (function* () {
        for (;;) yield megabyte;
      })(),
    ).pipe(response);
  });
  await t.rejects((await call()).text(), { code: "target_unreachable" });
  await until(() => target.sockets.size === 0);
});

t.test("what is not JSON is an error that does not quote it", async (t) => {
  const { call } = await setUp(t, (_, response) => response.end("secret page"));
  await t.rejects((await call()).json(), { code: "target_unreachable", message: "The answer of m2 is not JSON." });
});

t.test("a body can be streamed", async (t) => {
  const { call } = await setUp(t, (_, response) => response.end(megabyte));
  let size = 0;
  for await (const chunk of (await call()).body) size += chunk.length;
  t.equal(size, megabyte.length);
});

t.test("a body that breaks off is target_unreachable, and crashes nothing where nobody reads it", async (t) => {
  const { call, target } = await setUp(t, (_, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("begin", () => setTimeout(() => response.socket?.destroy(), 10));
  });
  await t.rejects((await call()).text(), { code: "target_unreachable", message: /broke off/ });
  await call();
  await until(() => target.sockets.size === 0);
});

t.test("the deadline covers the body: a dripping one ends with it", async (t) => {
  const { call } = await setUp(t, (_, response) => {
    const timer = setInterval(() => response.write("x"), 10);
    response.on("close", () => clearInterval(timer));
  });
  const answer = await call({ timeoutMs: 500 });
  await t.rejects(answer.text(), { code: "target_unreachable", message: /within 500 ms/ });
});

t.test("unread bodies hold no connection beyond the deadline", async (t) => {
  const { call, target } = await setUp(t, (_, response) => response.end(megabyte));
  await Promise.all(Array.from({ length: 5 }, () => call({ timeoutMs: 1_000 })));
  t.equal(target.sockets.size, 5);
  await until(() => target.sockets.size === 0);
});

t.test("bodies that are read, or small, keep their connection for the next call", async (t) => {
  const { call, target } = await setUp(t, (_, response) => response.end("small"));
  for (let i = 0; i < 3; i += 1) t.equal(await (await call()).text(), "small");
  await call({ timeoutMs: 500 });
  const opened = target.connections();
  await new Promise((resolve) => setTimeout(resolve, 550));
  await call();
  t.equal(target.connections(), opened);
});

t.test("a body may be destroyed at any moment without an error for the process", async (t) => {
  const { call, target } = await setUp(t, (_, response) => response.end(megabyte));
  const { body } = await call();
  await new Promise<void>((resolve) => {
    setImmediate(() => {
      body.destroy();
      resolve();
    });
  });
  await until(() => target.sockets.size === 0);
});

t.test("a body that was read to its end lets go of the caller's signal and of the timer", async (t) => {
  const { call } = await setUp(t, (_, response) => response.end("small"));
  const { signal } = new AbortController();
  const answer = await call({ signal });
  t.equal(getEventListeners(signal, "abort").length, 1);
  await answer.text();
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(getEventListeners(signal, "abort").length, 0);
});

t.test("an answer that nobody reads does not keep the process from ending", async (t) => {
  const { call } = await setUp(t, (_, response) => response.end("small"));
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  await call();
  await call();
  t.equal(timers(), before);
});

t.test("what a server sends ahead of its answer is passed over (RFC 9110 section 15.2)", async (t) => {
  const { call } = await setUp(t, (_, response) => {
    response.writeEarlyHints({ link: "</style.css>; rel=preload" }, () => response.writeHead(203).end("answer"));
  });
  const answer = await call();
  t.equal(answer.status, 203);
  t.equal(await answer.text(), "answer");
});

t.test("an answer that leaves HTTP is none", async (t) => {
  const { call } = await setUp(t, (_, { socket }) => {
    socket?.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n");
  });
  await t.rejects(call(), { code: "target_unreachable" });
});

t.test("of a body that nobody reads little is taken in", async (t) => {
  let written = 0;
  const { call } = await setUp(t, (_, response) => {
    const source = Readable.from(Array.from({ length: 64 }, () => megabyte));
    source.on("data", () => (written += 1)).pipe(response);
  });
  const { body } = await call();
  await new Promise((resolve) => setTimeout(resolve, 200));
  t.ok(written < 40, `${written} of 64 MB have left the target`);
  let size = 0;
  for await (const chunk of body) size += chunk.length;
  t.equal(size, 64 * megabyte.length, "and all of it is there for who reads on");
});

t.test("the text of a body that was closed is an error, and no wait", async (t) => {
  const { call } = await setUp(t, (_, response) => response.end(megabyte));
  const answer = await call();
  answer.body.destroy();
  await t.rejects(answer.text(), { code: "target_unreachable", message: /broke off/ });
  await t.rejects(answer.text(), { code: "target_unreachable", message: /broke off/ });
});

t.test("a body is text whatever was done to it before", async (t) => {
  const { call } = await setUp(t, (_, response) => response.end("grüße"));
  const touches: ((body: Readable) => unknown)[] = [
    (body) => body.setEncoding("utf8"),
    (body) => body.pause(),
    (body) => body.on("readable", () => {}),
    (body) => body.unpipe(body.pipe(new PassThrough())),
    (body) => body.resume().pause(),
  ];
  for (const touch of touches) {
    const answer = await call();
    touch(answer.body);
    t.equal(await answer.text(), "grüße", String(touch));
  }
});

t.test("an abort without a reason ends a body with an error all the same", async (t) => {
  const { call } = await setUp(t, (_, response) => void response.write("begin"));
  for (const reason of [null, 0, "", "given up", undefined]) {
    const controller = new AbortController();
    const { body } = await call({ signal: controller.signal });
    const ended = new Promise((resolve) => body.once("error", resolve));
    controller.abort(reason);
    t.ok(await ended);
  }
});
