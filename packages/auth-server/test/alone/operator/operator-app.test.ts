import { readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import t from "tap";
import { claimsOf, signClaims } from "../../fake-signer.ts";
import { startServer } from "../../start-server.ts";
import { until } from "../../until.ts";

const server = await startServer(t);
const { operatorApp, operate, issue, core } = server;
const routes = [
  ["GET", "/status"],
  ["GET", "/credentials"],
  ["POST", "/credentials"],
  ["DELETE", "/credentials/some-jti"],
  ["GET", "/cuts"],
  ["POST", "/cuts"],
  ["GET", "/blocks"],
  ["POST", "/blocks"],
  ["DELETE", "/blocks/m1"],
  ["DELETE", "/blocks/m1/m3"],
  ["GET", "/receivers"],
  ["DELETE", "/receivers/m1/i-1"],
  ["GET", "/keys"],
  ["POST", "/keys"],
  ["DELETE", "/keys/d-1"],
] as const;
await server.isReady();
const operator = claimsOf(readFileSync(join(server.folder, "operator.jwt"), "utf8"));
const tokenOf = (claims: object): string => signClaims(core.signer.staticKey, { ...operator, ...claims });
const call = (
  method: "GET" | "POST" | "DELETE",
  url: string,
  token?: string,
  headers: Record<string, string> = {},
  payload = "{}",
) =>
  operatorApp.inject({
    method,
    url,
    headers: {
      ...(method === "POST" ? { "content-type": "application/json" } : {}),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(method === "POST" ? { payload } : {}),
  });

t.test("every route that there is needs an operator token, but for health (CVE-2026-22037)", async (t) => {
  const known = operatorApp.printRoutes({ commonPrefix: false }).matchAll(/(\/[\w:/-]*) \(([A-Z, ]+)\)/g);
  const listed = [...known].flatMap(([, path, methods]) =>
    (methods ?? "")
      .split(", ")
      .filter((method) => method !== "HEAD")
      .map((method) => `${method} ${path}`),
  );
  t.strictSame(listed.length, routes.length + 2, listed.join(", "));
  const { token } = await issue("m1");
  for (const [method, url] of routes) {
    const bare = await call(method, url);
    t.equal(bare.statusCode, 401, `${method} ${url}`);
    t.equal(bare.json().error, "missing_token");
    for (const wrong of [
      "nonsense",
      token,
      tokenOf({ aud: "auth-server" }),
      tokenOf({ token_use: "credential" }),
      tokenOf({ sub: "m1" }),
    ]) {
      t.equal((await call(method, url, wrong)).json().error, "invalid_token");
    }
  }
  t.equal((await call("GET", "/readyz")).statusCode, 200);
});

t.test("no spelling of a path gets by the token (CVE-2020-8595, CVE-2021-39156)", async (t) => {
  const address = await operatorApp.listen({ port: 0, host: "127.0.0.1" });
  const ask = (path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const sent = request(address, { path, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on("error", reject).end();
    });
  t.equal(await ask("/livez"), 200, "the control");
  for (const end of ["", "?x", "#x", "%3fx", ";x", "/", "//", "/.", "%2f", "%00"]) {
    for (const path of ["/status", "//status", "/livez/../status", "/%2e/status", "/STATUS", "/livez%2f..%2fstatus"]) {
      const status = await ask(path + end);
      t.ok(status === 401 || status === 404 || status === 400, `${path}${end} is ${status}`);
    }
  }
});

t.test("a role is enough for what it names and what stands below it", async (t) => {
  const needed = {
    "GET /status": "read",
    "GET /credentials": "read",
    "POST /credentials": "issue",
    "GET /cuts": "read",
    "POST /cuts": "edit",
    "GET /blocks": "read",
    "POST /blocks": "edit",
    "DELETE /blocks/m1/m3": "edit",
    "GET /receivers": "read",
    "DELETE /receivers/m1/i-1": "edit",
    "GET /keys": "read",
    "POST /keys": "edit",
    "DELETE /keys/d-1": "edit",
  };
  const roles = ["none", "read", "edit", "issue"];
  for (const [route, least] of Object.entries({ ...needed, "DELETE /credentials/some-jti": "edit" })) {
    const [method = "", url = ""] = route.split(" ");
    for (const role of roles) {
      const answer = await call(method as "GET", url, tokenOf({ role }));
      const isEnough = roles.indexOf(role) >= roles.indexOf(least);
      t.equal(answer.statusCode === 403, !isEnough, `${role} at ${route}`);
      if (!isEnough) t.equal(answer.json().error, "insufficient_role");
    }
  }
  t.equal((await call("GET", "/status", tokenOf({ role: undefined }))).statusCode, 403);
  t.equal((await call("GET", "/status", tokenOf({ role: ["issue"] }))).statusCode, 403);
});

t.test("a web page gets nothing, whatever it knows: no Origin, no foreign Host (CVE-2021-39155)", async (t) => {
  const token = tokenOf({});
  for (const headers of [
    { origin: "http://localhost:8100" },
    { origin: "null" },
    { host: "evil.example" },
    { host: "evil.example:8100" },
    { host: "127.0.0.1.evil.example" },
    { host: "EVIL.example" },
  ]) {
    for (const url of ["/status", "/readyz", "/nothing-here"]) {
      const answer = await call("GET", url, token, headers as Record<string, string>);
      t.equal(answer.statusCode, 403, `${JSON.stringify(headers)} ${url}`);
      t.equal(answer.json().error, "caller_not_allowed");
    }
  }
  for (const host of ["localhost:8100", "127.0.0.1:8100", "[::1]:8100"]) {
    t.equal((await call("GET", "/status", token, { host })).statusCode, 200, host);
  }
});

t.test("a credential is issued for the time asked, works at once, and is listed without its text", async (t) => {
  const answer = await operate("POST", "/credentials", { service: "m1", lifetimeSeconds: 3_600 });
  t.equal(answer.statusCode, 200);
  t.equal(answer.headers["cache-control"], "no-store");
  const { token, jti, expiresAt, ...rest } = answer.json();
  t.strictSame(rest, { service: "m1", type: "jwt", inMap: true });
  t.equal(claimsOf(token).exp, expiresAt);
  t.equal(Number(claimsOf(token).exp) - Number(claimsOf(token).iat), 3_600);
  t.equal((await server.ask(token)).statusCode, 200);
  const listing = await operate("GET", "/credentials");
  t.match(listing.json().credentials.at(-1), { jti, service: "m1", expiresAt, dev: false });
  t.notMatch(listing.body, /eyJ/);
  t.equal((await operate("POST", "/credentials", { service: "m9" })).json().inMap, false);
});

t.test("a body that is not right is 400 and changes nothing", async (t) => {
  const before = (await operate("GET", "/credentials")).body;
  const hostile = [
    ..."{} [] null 1 {".split(" "),
    '{"service":"m1","lifetimeSeconds":59}',
    '{"service":"m1","lifetimeSeconds":31536001}',
    '{"service":"m1","lifetimeSeconds":"90"}',
    '{"service":"m1","lifetimeSeconds":90.5}',
    '{"service":"m1","lifetimeSeconds":null}',
    '{"service":"m1","role":"issue"}',
    '{"service":"__proto__"}',
    '{"service":"operator"}',
    '{"service":["m1"]}',
    '{"service":"m1","service":"m2"}',
  ];
  for (const payload of hostile) {
    for (const url of ["/credentials", "/cuts"]) {
      const answer = await call("POST", url, tokenOf({}), {}, payload);
      t.equal(answer.statusCode, 400, `${url} ${payload}`);
      t.notMatch(answer.body, /stack|at /);
    }
  }
  t.equal((await operate("GET", "/credentials")).body, before);
});

t.test("a jti is 1 to 64 letters, digits, dots, underscores and hyphens, and no path (encoded slash)", async (t) => {
  for (const [jti, status] of [
    ["unknown-jti", 404],
    ["a".repeat(64), 404],
    ["a%20b", 400],
    ["%00", 400],
    ["a%2Fb", 400],
    ["a%2f..%2fstatus", 400],
    ["__proto__", 404],
    ["constructor", 404],
    ["%E2%82%AC", 400],
    ["a'or'1", 400],
  ] as const) {
    const answer = await operate("DELETE", `/credentials/${jti}`);
    t.equal(answer.statusCode, status, jti);
    t.notMatch(answer.body, jti);
  }
});

t.test("revoking ends a credential, and may be done twice", async (t) => {
  const { token, jti } = await issue("m1");
  for (const _ of ["once", "twice"]) {
    t.match((await operate("DELETE", `/credentials/${jti}`)).json(), { revoked: jti, ends: /^caller / });
  }
  t.match((await server.ask(token)).json(), { error: "invalid_credential" });
});

t.test("a wish to keep the tokens that is written in any other way ends nothing", async (t) => {
  const { token, jti } = await issue("m1");
  const { number } = (await operate("GET", "/cuts")).json();
  for (const query of [
    "keepTokens=false",
    "keepTokens=1",
    "keepTokens",
    "keepTokens=true&keepTokens=true",
    "keep=true",
  ])
    t.equal((await operate("DELETE", `/credentials/${jti}?${query}`)).statusCode, 400, query);
  t.equal((await operate("GET", "/cuts")).json().number, number);
  t.equal((await server.ask(token)).statusCode, 200);
});

t.test(
  "a change that the store does not take is 503, and has not happened (CVE-2020-15223, revokeToken always true)",
  async (t) => {
    const { token, jti } = await issue("m2");
    const other = new DatabaseSync(join(server.folder, "auth-server.sqlite"));
    other.exec("begin immediate");
    for (const answer of [
      await operate("POST", "/credentials", { service: "m2" }),
      await operate("DELETE", `/credentials/${jti}`),
      await operate("POST", "/cuts", { service: "m2" }),
    ]) {
      t.equal(answer.statusCode, 503);
      t.equal(answer.json().error, "store_unavailable");
      t.equal(answer.headers["retry-after"], "1");
    }
    t.equal((await server.ask(token)).statusCode, 200, "the credential is as good as before");
    other.exec("rollback");
    other.close();
    t.match((await operate("POST", "/cuts", { service: "m2" })).json(), {
      ends: "caller m2",
      credentialsEnded: 1,
      notInMap: [],
    });
    t.equal((await server.ask(token)).statusCode, 401);
  },
);

t.test("while the core is away nothing can be issued, and everything can be revoked", async (t) => {
  const { token, jti } = await issue("m1");
  await core.stop();
  t.match((await operate("POST", "/credentials", { service: "m1" })).json(), { error: "core_unavailable" });
  t.equal((await operate("DELETE", `/credentials/${jti}`)).statusCode, 200);
  t.match((await server.ask(token)).json(), { error: "invalid_credential" });
  await core.start();
  t.equal((await operate("POST", "/credentials", { service: "m1" })).statusCode, 200);
});

t.test("the status tells what readiness keeps to itself, line by line", async (t) => {
  t.match((await operate("GET", "/status")).json(), {
    ok: true,
    codes: [],
    map: { file: server.mapPath, number: 1, stale: false, problems: [] },
    safeLifetimeSeconds: 3_600,
  });
  server.saveMap("version: 1\ninteractions:\n  M1: [m2]\n...\n");
  await until(() => server.readiness().codes.includes("map_stale"));
  const { ok, codes, map } = (await operate("GET", "/status")).json();
  t.strictSame([ok, codes], [true, ["map_stale"]]);
  t.match(map.problems, [{ line: 3, code: "bad_name" }]);
  t.same((await server.app.inject("/readyz")).json(), { status: "ready", codes: ["map_stale"] });
  rmSync(server.mapPath);
  await until(async () => /is not there/.test((await operate("GET", "/status")).json().map.failure));
});

t.test("no token, credential or key stands in the log (secrets in logs)", async (t) => {
  t.notMatch(server.log.join(""), /eyJ|a-key-of-a-core/);
});
