import { Readable } from "node:stream";
import t from "tap";
import { Agent, Dispatcher } from "undici";
import { createClient } from "../src/index.ts";
import { grant, sendJson, startServer, until } from "./fakes.ts";
import { hello, setUp } from "./set-up-call.ts";

t.test("a frozen target is over at the call's deadline (m2m-auth: no timeouts)", async (t) => {
  const { client, target } = await setUp(t, () => {});
  await client.getToken("m2");
  const startedAt = performance.now();
  await t.rejects(client.fetch("m2", "/hello", { timeoutMs: 100 }), {
    code: "target_unreachable",
    message: /within 100 ms/,
  });
  t.ok(performance.now() - startedAt < 3_000);
  await until(() => target.sockets.size === 0);
});

t.test("a call that waited for a connection for all of its time is never sent", async (t) => {
  const answers: (() => void)[] = [];
  const target = await startServer(t, (_, response) => void answers.push(() => response.end("hello")));
  const auth = await startServer(t, grant());
  const dispatcher = new Agent({ connections: 1, pipelining: 1 });
  t.teardown(() => dispatcher.destroy());
  const services = { m2: { url: target.url } };
  const client = createClient({ authServer: auth.url, credential: "cred-1", services, dispatcher });
  await client.getToken("m2");
  const first = client.fetch("m2", "/first");
  await t.rejects(client.fetch("m2", "/late", { timeoutMs: 50 }), { code: "target_unreachable", message: /50 ms/ });
  answers[0]?.();
  t.equal(await (await first).text(), "hello");
  const third = client.fetch("m2", "/third");
  await until(() => answers.length === 2);
  answers[1]?.();
  await (await third).text();
  t.same(
    target.seen.map(({ url }) => url),
    ["/first", "/third"],
  );
});

t.test("a call whose token does not come in time blames the auth server", async (t) => {
  const { client } = await setUp(t, hello, { auth: () => {} });
  await t.rejects(client.fetch("m2", "/hello", { timeoutMs: 50 }), { code: "auth_server_unreachable" });
});

t.test("a stream is closed even where the call came to nothing before it was sent", async (t) => {
  const { client } = await setUp(t, hello, { auth: (_, response) => sendJson(response, 401, {}) });
  const body = Readable.from(["never sent"]);
  await t.rejects(client.fetch("m2", "/hello", { method: "POST", body }), { code: "invalid_credential" });
  t.ok(body.destroyed);
});

t.test("a stream is closed where the call fails its checks, before anything is sent", async (t) => {
  const { client, auth } = await setUp(t, hello);
  const post = { method: "POST" } as const;
  const calls: Record<string, (body: Readable) => Promise<unknown>> = {
    path: (body) => client.fetch("m2", "//elsewhere", { ...post, body }),
    target: (body) => client.fetch("m9", "/hello", { ...post, body }),
    timeout: (body) => client.fetch("m2", "/hello", { ...post, body, timeoutMs: 0 }),
    header: (body) => client.fetch("m2", "/hello", { ...post, body, headers: { host: "m3" } }),
    method: (body) => client.fetch("m2", "/hello", { method: "TRACE" as "GET", body }),
  };
  for (const [wrong, call] of Object.entries(calls)) {
    const body = Readable.from(["never sent"]);
    await t.rejects(call(body), wrong);
    t.ok(body.destroyed, wrong);
  }
  await t.rejects(client.fetch("m2", "/hello", null as never), TypeError);
  t.equal(auth.seen.length, 0);
});

t.test("a caller's abort ends a call with its own reason, even one that is already given", async (t) => {
  const { client, target } = await setUp(t, () => {});
  const reason = new Error("mine");
  await t.rejects(client.fetch("m2", "/hello", { signal: AbortSignal.abort(reason) }), reason);
  const controller = new AbortController();
  const call = t.rejects(client.fetch("m2", "/hello", { signal: controller.signal }), reason);
  await until(() => target.seen.length === 1);
  controller.abort(reason);
  await call;
});

t.test("a call that is given up before it begins costs no connection", async (t) => {
  const { client, target } = await setUp(t);
  await (await client.fetch("m2", "/hello")).text();
  for (let i = 0; i < 5; i += 1) {
    await t.rejects(client.fetch("m2", "/hello", { signal: AbortSignal.abort(new Error("mine")) }), {
      message: "mine",
    });
    await (await client.fetch("m2", "/hello")).text();
  }
  t.ok(target.connections() <= 2, "and the calls between go by one that is there");
  t.equal(target.seen.length, 6);
});

t.test("what is no signal is refused before anything begins", async (t) => {
  const { client, target } = await setUp(t);
  await t.rejects(client.fetch("m2", "/hello", { signal: {} as AbortSignal, timeoutMs: 1 }), TypeError);
  await t.rejects(client.getToken("m2", { signal: {} as AbortSignal }), TypeError);
  await new Promise((resolve) => setTimeout(resolve, 10));
  t.equal(target.seen.length, 0);
});

t.test("a stream that fails after its call has failed is nobody's any more", async (t) => {
  const { client, target } = await setUp(t);
  await client.getToken("m2");
  await target.stop();
  for (const path of ["/hello", "bad path"]) {
    const body = new Readable({ read() {}, destroy: (_, done) => setImmediate(done, new Error("late")) });
    await t.rejects(client.fetch("m2", path, { method: "POST", body }));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});

t.test("a refused answer that does not end holds its connection for a second at most", async (t) => {
  let [asked, closed] = [0, false];
  const { client } = await setUp(t, (request, response) => {
    asked += 1;
    if (asked > 1) return hello(request, response);
    response.once("close", () => (closed = true));
    response.writeHead(401, { "www-authenticate": 'Bearer error="invalid_token"' }).write("and so on");
  });
  t.equal(await (await client.fetch("m2", "/hello")).text(), "Hello to m1 from m2!");
  t.equal(closed, false);
  await until(() => closed);
});

t.test(
  "a connection that never comes about is over at the deadline, though undici does not heed a signal there",
  async (t) => {
    class Blackhole extends Dispatcher {
      override dispatch(): boolean {
        return true;
      }
    }
    const options = {
      authServer: "http://127.0.0.1:9",
      credential: "cred-1",
      services: { m2: { url: "http://127.0.0.1:9" } },
    };
    const client = createClient({ ...options, tokenTimeoutMs: 50, dispatcher: new Blackhole() });
    await t.rejects(client.fetch("m2", "/hello"), {
      code: "auth_server_unreachable",
      message: /no answer within 50 ms/,
    });
  },
);
