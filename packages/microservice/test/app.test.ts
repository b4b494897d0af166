import { connect } from "node:net";
import { ClientError, type ClientErrorCode } from "@meshpass/client";
import t, { type Test } from "tap";
import { buildMicroservice } from "../src/app.ts";
import type { QueryClient } from "../src/query-target.ts";
import { createTestLog, loadedKeys, signToken } from "./fakes.ts";

const services = new Map([
  ["m1", { url: "http://localhost:8001" }],
  ["m2", { url: "http://localhost:8002" }],
]);

/** m2, its client answering every call as `fetch` does. */
async function setUp(t: Test, fetch: (target: string) => Promise<unknown> = async () => hello, options = {}) {
  const called: string[] = [];
  const client = {
    fetch: (target: string) => {
      called.push(target);
      return fetch(target);
    },
  } as QueryClient;
  const { log, lines } = createTestLog();
  const ready = () => ({ ok: true, codes: [] });
  const keys = await loadedKeys(t);
  const parts = { name: "m2", services, client, keys, issuers: ["auth-server"], ready, log };
  const app = await buildMicroservice({ ...parts, openQuery: "this machine", ...options });
  t.teardown(() => app.close());
  const query = (payload: unknown, headers = {}) =>
    app.inject({
      method: "POST",
      url: "/query",
      payload: payload as object,
      headers: { "content-type": "application/json", ...headers },
    });
  const getHello = (token?: string) =>
    app.inject({ url: "/hello", headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  return { app, called, lines, query, getHello };
}

const hello = { status: 200, headers: {}, text: async () => "Hello to m2 from m1!" };
const failing =
  (code: ClientErrorCode, details = {}) =>
  () =>
    Promise.reject(new ClientError(code, "why", details));

t.test("GET /hello greets the caller whose token is for this service, as plain text", async (t) => {
  const { getHello } = await setUp(t);
  const answer = await getHello(signToken());
  t.equal(answer.statusCode, 200);
  t.equal(answer.body, "Hello to m1 from m2!");
  t.match(answer.headers["content-type"], /^text\/plain/);
});

t.test(
  "GET /hello refuses no token, another's audience, a credential and a service without a name (m2m-auth: and for or)",
  async (t) => {
    const { getHello } = await setUp(t);
    const refused = [
      undefined,
      signToken({ aud: "m1" }),
      signToken({ iss: "evil" }),
      signToken({ token_use: "credential" }),
      signToken({ sub: "constructor:" }),
    ];
    for (const token of refused) {
      const answer = await getHello(token);
      t.equal(answer.statusCode, 401);
      t.match(answer.headers["www-authenticate"], /^Bearer/);
    }
  },
);

const queryForM1 = 'Content-Type: application/json\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{"target":"m1"}';

/** The answer to a request without a token whose first line is `request`, to the byte. */
const ask = (port: number, request: string): Promise<string> =>
  new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(`${request} HTTP/1.1\r\nHost: LocalHost\r\n${queryForM1}`),
    );
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", () => resolve(answer));
  });

t.test("every route that there is wants a token, but for health (CVE-2026-22037, CVE-2026-2880)", async (t) => {
  const { app } = await setUp(t, undefined, { openQuery: "callers" });
  const listed = app.printRoutes({ commonPrefix: false }).matchAll(/(\/[\w:/-]*) \(([A-Z, ]+)\)/g);
  const routes = [...listed].flatMap(([, path, methods = ""]) => methods.split(", ").map((method) => [method, path]));
  const open = new Set<string>();
  for (const [method = "", url = ""] of routes) {
    const { statusCode } = await app.inject({ method: method as "GET", url });
    if (statusCode !== 401) open.add(url);
  }
  t.equal(routes.length, 7, routes.join(" "));
  t.strictSame([...open].sort(), ["/livez", "/readyz"]);
});

t.test("no spelling of a guarded path gets by its guard (CVE-2020-8595, CVE-2021-39156, CVE-2026-33808)", async (t) => {
  const { app, called } = await setUp(t, undefined, { openQuery: "callers" });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as { port: number };
  t.match(await ask(port, "GET /livez"), /^HTTP\/1\.1 200 /, "the control");
  for (const path of ["/hello", "/query"]) {
    const spellings = ["", "?x", "#x", "%3Fx", ";x", "/", "//", "/.", "%2f", "%20", "%00", "/../livez"].map(
      (end) => path + end,
    );
    spellings.push(
      `/${path}`,
      `/.${path}`,
      `/x/..${path}`,
      `/livez/..${path}`,
      `/livez%2f..${path}`,
      path.toUpperCase(),
    );
    spellings.push(
      path.replace("/", "/%2e/"),
      path.replace("/", "\\"),
      path.slice(1),
      path.replace("e", "%65"),
      `http://x${path}`,
    );
    for (const spelling of spellings) {
      for (const method of ["GET", "HEAD", "POST", "OPTIONS", "get"]) {
        const answer = await ask(port, `${method} ${spelling}`);
        t.match(answer, /^HTTP\/1\.1 4\d\d /, `${method} ${spelling}`);
        t.notMatch(answer, /Hello|access-control-allow/i);
      }
    }
  }
  t.same(called, []);
});

t.test("a token lives as long as the map may say, and no longer", async (t) => {
  const { getHello } = await setUp(t);
  const now = Math.floor(Date.now() / 1_000);
  t.equal((await getHello(signToken({ iat: now, exp: now + 86_400 }))).statusCode, 200);
  t.equal((await getHello(signToken({ iat: now, exp: now + 86_401 }))).statusCode, 401);
});

t.test("POST /query passes the target's answer back", async (t) => {
  const { query, called } = await setUp(t);
  const answer = await query({ target: "m1" });
  t.equal(answer.statusCode, 200);
  t.equal(answer.body, "Hello to m2 from m1!");
  t.match(answer.headers["content-type"], /^text\/plain/);
  t.same(called, ["m1"]);
});

t.test(
  "a web page cannot use /query, not even under a name that was pointed at this machine (auth0-api-auth-samples: cors)",
  async (t) => {
    const { app, called } = await setUp(t);
    const post = async (headers: Record<string, string>) =>
      (await app.inject({ method: "POST", url: "/query", payload: { target: "m1" }, headers })).statusCode;
    t.equal(await post({ host: "localhost:8002", origin: "http://evil.example" }), 403);
    const asked = await app.inject({ method: "OPTIONS", url: "/query", headers: { origin: "http://evil.example" } });
    t.notOk(
      Object.keys(asked.headers).some((name) => name.startsWith("access-control-")),
      "nor may it ask for leave",
    );
    t.equal(await post({ host: "evil.example:8002" }), 403);
    t.same(called, []);
    t.equal(await post({ host: "127.0.0.1:8002" }), 200);
  },
);

t.test("a query that names no service is refused, and nothing is called (m2m-auth: unknown names)", async (t) => {
  const { query, called } = await setUp(t);
  for (const target of ["", "M1", "__proto__", "m1/../m2", "m1\r\n", "auth-server", 7, null, ["m1"], { a: 1 }]) {
    const answer = await query({ target });
    t.match([answer.statusCode, answer.json()], [400, { error: "invalid_target" }], JSON.stringify(target));
  }
  t.match((await query({})).json(), { error: "invalid_target" });
  for (const name of ["m9", "constructor"]) {
    const answer = await query({ target: name });
    t.match([answer.statusCode, answer.json()], [404, { error: "unknown_target" }]);
  }
  t.same(called, []);
});

t.test("bad input is a 4xx in JSON and never a crash", async (t) => {
  const { app, called } = await setUp(t);
  const cases: [string | undefined, string, number][] = [
    ["", "application/json", 400],
    ["{", "application/json", 400],
    ["null", "application/json", 400],
    ["[]", "application/json", 400],
    ['"m1"', "application/json", 400],
    ['{"target":"m1","extra":1}', "application/json", 400],
    ['{"target":"m1","target":"m2"}', "application/json", 400],
    ['{"target":"m1","__proto__":{}}', "application/json", 400],
    ["target=m1", "application/x-www-form-urlencoded", 415],
    ['{"target":"m1"}', "text/plain", 415],
    [`{"target":"${"m".repeat(20_000)}"}`, "application/json", 413],
    [undefined, "application/json", 400],
  ];
  for (const [payload, type, status] of cases) {
    const answer = await app.inject({
      method: "POST",
      url: "/query",
      headers: { "content-type": type },
      ...(payload === undefined ? {} : { payload }),
    });
    t.equal(answer.statusCode, status, `${payload?.slice(0, 40)} as ${type}`);
    t.hasProp(answer.json(), "error");
  }
  t.equal((await app.inject({ url: "/query" })).statusCode, 405);
  t.same(called, []);
});

t.test(
  "a refusal by the map is 401 with the code and the decision, and the bare challenge (m2m-auth: /query answers 500)",
  async (t) => {
    const { query } = await setUp(t, failing("unauthorized_target", { status: 401, decisionId: "d-1" }));
    const answer = await query({ target: "m1" });
    t.equal(answer.statusCode, 401);
    t.match(answer.json(), { error: "unauthorized_target", decision_id: "d-1" });
    t.equal(answer.headers["www-authenticate"], 'Bearer realm="meshpass"');
  },
);

t.test(
  "an auth server or core that is down is 503 with Retry-After, a target that is down is 502, and m2 lives on (m2m-auth: e.response)",
  async (t) => {
    for (const [code, status, retryAfter] of [
      ["auth_server_unreachable", 503, "4"],
      ["core_unavailable", 503, "4"],
      ["target_unreachable", 502, undefined],
    ] as const) {
      const { query, getHello } = await setUp(
        t,
        failing(code, retryAfter === undefined ? {} : { retryAfterSeconds: 4 }),
      );
      const answer = await query({ target: "m1" });
      t.match([answer.statusCode, answer.json()], [status, { error: code }]);
      t.equal(answer.headers["retry-after"], retryAfter);
      t.equal((await getHello(signToken())).statusCode, 200);
    }
  },
);

t.test(
  "a refused credential of its own is 503 not_ready, which does not blame its caller's token, and is logged",
  async (t) => {
    const { query, lines } = await setUp(t, failing("invalid_credential", { status: 401 }));
    const answer = await query({ target: "m1" });
    t.match([answer.statusCode, answer.json()], [503, { error: "not_ready" }]);
    t.match(lines.join(), "not_ready");
  },
);

t.test("what nobody foresaw is a 500 without a stack", async (t) => {
  const { query } = await setUp(t, () => Promise.reject(new Error("boom at file.ts:7")));
  const answer = await query({ target: "m1" });
  t.match([answer.statusCode, answer.json()], [500, { error: "server_error" }]);
  t.notMatch(answer.body, "boom");
});

t.test(
  "a closed /query takes a caller's token for this service, and nobody without one (m2m-auth: confused deputy)",
  async (t) => {
    const { query, called } = await setUp(t, undefined, { openQuery: "callers" });
    t.match((await query({ target: "m1" })).json(), { error: "missing_token" });
    t.equal((await query({ target: "m1" }, { authorization: `Bearer ${signToken({ aud: "m1" })}` })).statusCode, 401);
    t.same(called, []);
    t.equal((await query({ target: "m1" }, { authorization: `Bearer ${signToken()}` })).statusCode, 200);
  },
);
