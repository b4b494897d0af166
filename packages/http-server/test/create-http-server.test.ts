import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { createHttpServer, createLog, createMetrics, HttpError, objectBody } from "@meshpass/http-server";
import t, { type Test } from "tap";

/** An app with one route of each outcome, listening on a free port, and the lines it logged. */
async function startServer(t: Test, requestTimeoutMs = 10_000) {
  const lines: string[] = [];
  const log = createLog({ name: "test", level: "warn", human: false, write: (line) => lines.push(line) });
  const readiness = { ok: false, codes: ["map_missing"] };
  const app = createHttpServer({ log, ready: () => readiness, requestTimeoutMs });
  app.post("/echo", async (request) => objectBody(request.body, ["target"]));
  app.delete("/items/:id", async () => ({}));
  app.get("/refused", async () => {
    throw new HttpError("unauthorized_target", { decisionId: "d-1" });
  });
  app.get("/broken", async () => {
    throw new Error("secret detail");
  });
  app.get("/down", async () => {
    throw new HttpError("core_unavailable", { cause: new Error("connect refused") });
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  t.teardown(() => app.close());
  const { port } = app.server.address() as { port: number };
  return { app, lines, readiness, port };
}

/** What the server answers to `text` sent as it is. */
const sendRaw = (port: number, text: string): Promise<string> =>
  new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", () => resolve(answer));
  });

t.test("a name in a path may be as long as the longest kid, 128 characters", async (t) => {
  const { app } = await startServer(t);
  t.equal((await app.inject({ method: "DELETE", url: `/items/${"k".repeat(128)}` })).statusCode, 200);
});

t.test(
  "an error leaves as protocol's body and status, with its challenge, never with a stack (express-demo: 200)",
  async (t) => {
    const { app, lines } = await startServer(t);
    const refused = await app.inject("/refused");
    t.equal(refused.statusCode, 401);
    t.match(refused.json(), { error: "unauthorized_target", decision_id: "d-1" });
    t.equal(refused.headers["www-authenticate"], 'Bearer realm="meshpass"');
    t.same(lines, [], "a refusal is no failure of ours");

    const broken = await app.inject("/broken");
    t.equal(broken.statusCode, 500);
    t.same(Object.keys(broken.json()), ["error", "error_description"]);
    t.notMatch(broken.body, /secret detail/);
    t.match(lines.join(""), /secret detail.*create-http-server\.test/s, "the log has the stack");

    const down = await app.inject("/down");
    t.equal(down.statusCode, 503);
    t.equal(down.headers["retry-after"], "1");
  },
);

t.test("an unknown path is 404 and a wrong method 405 with Allow, and neither echoes the path", async (t) => {
  const { app } = await startServer(t);
  const missing = await app.inject("/nope%0a<script>");
  t.equal(missing.statusCode, 404);
  t.notMatch(missing.body, /nope/);
  const wrong = await app.inject({ method: "DELETE", url: "/echo?x=1" });
  t.equal(wrong.statusCode, 405);
  t.equal(wrong.headers.allow, "POST");
  const withParameter = await app.inject({ method: "GET", url: "/items/7" });
  t.equal(withParameter.statusCode, 405);
  t.equal(withParameter.headers.allow, "DELETE");
  for (const [method, url] of [
    ["POST", "/%zz"],
    ["DELETE", `/items/${"x".repeat(129)}`],
  ] as const) {
    const refused = await app.inject({ method, url });
    t.equal(refused.statusCode, 400, url);
    t.same(Object.keys(refused.json()), ["error", "error_description"]);
    t.notMatch(refused.body, /zz|xx/);
    t.match(
      refused.headers,
      { "cache-control": "no-store", "x-content-type-options": "nosniff" },
      "as any other answer",
    );
  }
});

t.test("a body is one JSON object, each key once, under its own media type", async (t) => {
  const { app } = await startServer(t);
  const post = async (payload: string, type = "application/json") =>
    (await app.inject({ method: "POST", url: "/echo", payload, headers: { "content-type": type } })).statusCode;
  t.equal(await post('{"target":"m1"}'), 200);
  t.equal(await post('{"target":"m1"}', "Application/JSON; charset=utf-8"), 200);
  for (const [name, payload] of Object.entries({
    "not JSON": "{",
    empty: "",
    array: "[]",
    string: '"m1"',
    null: "null",
    "a field too many": '{"target":"m1","sub":"m2"}',
    "a key twice": '{"target":"m1","target":"m2"}',
    "a key twice in two spellings": '{"target":"m1","targ\\u0065t":"m2"}',
    __proto__: '{"__proto__":{"target":"m1"}}',
    "trailing text": '{"target":"m1"} x',
  })) {
    t.equal(await post(payload), 400, name);
  }
  for (const type of [
    "text/plain",
    "application/json<script>",
    "application/json; charset=utf-16",
    "application/xml",
  ]) {
    t.equal(await post('{"target":"m1"}', type), 415, type);
  }
  t.equal(await post(`{"target":"${"m".repeat(20_000)}"}`), 413, "a body over 16 kB");
  t.equal((await app.inject({ method: "POST", url: "/echo" })).statusCode, 400, "no body at all");
});

t.test("strings with brackets, colons and escaped quotes are not taken for structure", async (t) => {
  const { app } = await startServer(t);
  const payload = JSON.stringify({ target: ['a":{"b', { a: 1 }, { a: 2 }, "\\"] });
  const answer = await app.inject({
    method: "POST",
    url: "/echo",
    payload,
    headers: { "content-type": "application/json" },
  });
  t.equal(answer.body, payload);
});

t.test("a repeated Authorization, Host or Content-Type header is 400", async (t) => {
  const { port } = await startServer(t);
  for (const header of ["Authorization: Bearer a\r\nauthorization: Bearer b", "Host: a\r\nHost: b"]) {
    const answer = await sendRaw(port, `GET /livez HTTP/1.1\r\nHost: x\r\n${header}\r\nConnection: close\r\n\r\n`);
    t.match(answer, /^HTTP\/1\.1 400 .*"error":"invalid_request"/s);
  }
});

t.test("what is no HTTP, or has too long headers, is answered in JSON and hung up on", async (t) => {
  const { port } = await startServer(t);
  t.match(await sendRaw(port, "\0\0\0\r\n\r\n"), /^HTTP\/1\.1 400 .*"error":"invalid_request"/s);
  const long = `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`;
  t.match(await sendRaw(port, long), /^HTTP\/1\.1 431 .*"error":"headers_too_large"/s);
});

t.test("a chunked body without end is 413 and ends the connection", async (t) => {
  const { port } = await startServer(t);
  const head = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  const chunk = `2000\r\n${"x".repeat(0x2000)}\r\n`;
  t.match(await sendRaw(port, head + chunk + chunk + chunk), /^HTTP\/1\.1 413 .*"error":"payload_too_large"/s);
});

t.test("headers or a body that come too slowly are 408 and end the connection (m2m-auth: no timeouts)", async (t) => {
  const { port } = await startServer(t, 300);
  const head = "POST /echo HTTP/1.1\r\nHost: x\r\n";
  const slowBody = `${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
  const answers = await Promise.all([sendRaw(port, head), sendRaw(port, slowBody)]);
  for (const answer of answers) t.match(answer, /^HTTP\/1\.1 408 .*"error":"request_timeout"/s);
});

t.test("an outage is one log line a second, with the number of its answers", async (t) => {
  const { app, lines } = await startServer(t);
  for (let call = 0; call < 5; call++) await app.inject("/down");
  t.equal(lines.length, 1);
  for (let call = 0; call < 3; call++) await app.inject("/broken");
  t.equal(lines.length, 2, "and so is a bug");
  await app.inject(`/broken?${"x".repeat(5_000)}`);
  t.ok(
    lines.every((line) => line.length < 3_000),
    "no line is as long as a peer wants it to be",
  );
});

t.test("a path that looks like a pattern of a route is just a path", async (t) => {
  const { port, lines } = await startServer(t);
  for (const path of ["/:x(", "/*b", "/:x([)", "/:a(^(a+)+$)", `/${":a(b)-".repeat(2_000)}`]) {
    const answer = await sendRaw(port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    t.match(answer, /^HTTP\/1\.1 40[04] /, path.slice(0, 20));
  }
  t.same(lines, []);
});

t.test("a peer that never ends its side, or its body, does not keep the connection", async (t) => {
  const { app, port } = await startServer(t, 300);
  const connections = promisify(app.server.getConnections.bind(app.server));
  const sockets = ["/nowhere", "/echo", "/livez"].map((path) => {
    const body = "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${body}`);
    return { socket, answers: () => text.match(/HTTP\/1\.1/g)?.length };
  });
  for (let round = 0; round < 200 && ((await connections()) > 0 || round < 10); round++) await sleep(20);
  t.equal(await connections(), 0);
  t.same(
    sockets.map(({ answers }) => answers()),
    [1, 1, 1],
    "one answer to one request",
  );
  for (const { socket } of sockets) socket.destroy();
});

t.test(
  "readiness is 503 with its codes until the server can work; liveness does not wait (m2m-auth: no health)",
  async (t) => {
    const { app, readiness } = await startServer(t);
    t.equal((await app.inject("/livez")).statusCode, 200);
    const before = await app.inject("/readyz");
    t.equal(before.statusCode, 503);
    t.same(before.json(), { status: "not_ready", codes: ["map_missing"] });
    readiness.ok = true;
    t.equal((await app.inject("/readyz")).statusCode, 200);
  },
);

t.test("metrics count every answer by route, and an unknown path only as none", async (t) => {
  const log = createLog({ name: "test", level: "silent", human: false, write: () => undefined });
  const metrics = createMetrics();
  const app = createHttpServer({ log, ready: () => ({ ok: true, codes: [] }), metrics });
  t.teardown(() => app.close());
  await app.inject("/livez");
  await app.inject("/one");
  await app.inject("/two");
  const server = metrics.createServer();
  const text = (await server.inject("/metrics")).body;
  t.match(text, /http_request_duration_seconds_count\{method="GET",route="\/livez",status="200"\} 1/);
  t.match(text, /http_request_duration_seconds_count\{method="GET",route="none",status="404"\} 2/);
});

t.test("metrics are for this machine and no web page, and their server echoes nothing", async (t) => {
  const server = createMetrics().createServer();
  t.equal((await server.inject({ url: "/metrics", headers: { host: "evil.example" } })).statusCode, 403);
  t.equal((await server.inject({ url: "/metrics", headers: { origin: "http://localhost" } })).statusCode, 403);
  for (const url of ["/nothing-here", "/%zz"]) t.notMatch((await server.inject(url)).body, /nothing-here|zz/);
});

t.test("a log line for people says the level, who, the sentence and the fields", async (t) => {
  const lines: string[] = [];
  const log = createLog({ name: "m1", level: "info", human: true, write: (line) => lines.push(line) });
  log.warn({ target: "m2\n" }, "Target did not answer");
  t.same(lines, ['warn m1: Target did not answer target="m2\\n"\n']);
});
