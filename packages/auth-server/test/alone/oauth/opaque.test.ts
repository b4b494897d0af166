import t from "tap";
import { startServer } from "../../start-server.ts";

const map = `version: 1
interactions:
  m1: [{ target: m2, scopes: [read, write] }, m3]
  m2: [m3]
services:
  m2: { audience: "urn:provider", token_format: opaque }
...
`;
const server = await startServer(t, { map });
await server.isReady();
const credentials = { m1: await server.issue("m1"), m2: await server.issue("m2"), m3: await server.issue("m3") };

type Service = keyof typeof credentials;
const send = (service: Service, url: string, fields: Readonly<Record<string, string>>, more = {}) =>
  server.app.inject({
    method: "POST",
    url,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `Bearer ${credentials[service].token}`,
      ...more,
    },
    payload: new URLSearchParams(fields).toString(),
  });
const ask = (more = {}, fields = {}) =>
  send("m1", "/oauth/token", { grant_type: "client_credentials", audience: "urn:provider", ...fields }, more);
const fresh = { "cache-control": "no-cache" };
const introspect = async (service: Service, token: string) =>
  (await send(service, "/oauth/introspect", { token })).json();

t.test("a target may take opaque tokens: 64 hex digits that mean nothing to anybody but us", async (t) => {
  const answer = (await ask()).json();
  t.match(answer.access_token, /^[0-9a-f]{64}$/);
  t.match(answer, { token_type: "Bearer", expires_in: 300, scope: "read write" });
  t.match(await introspect("m2", answer.access_token), {
    active: true,
    token_type: "Bearer",
    client_id: "m1",
    sub: "m1",
    aud: "urn:provider",
    iss: "https://auth.example",
    scope: "read write",
    token_use: "access",
  });
  for (const other of ["m1", "m3"] as const)
    t.strictSame(await introspect(other, answer.access_token), { active: false });
});

t.test("it is handed out again as every token is, and minted anew where that is asked for", async (t) => {
  const first = (await ask()).json().access_token;
  t.equal((await ask()).json().access_token, first);
  t.not((await ask(fresh)).json().access_token, first);
  t.not((await ask({}, { scope: "read" })).json().access_token, first);
});

t.test("the core has no part in it: it is given out while the core is frozen", async (t) => {
  server.core.behave("frozen");
  t.teardown(() => server.core.behave("works"));
  t.equal((await ask(fresh)).statusCode, 200);
});

t.test("the other door cannot express it, and says where to go", async (t) => {
  const answer = await server.ask(credentials.m1.token, { target: "m2" });
  t.equal(answer.statusCode, 400);
  t.equal(answer.json().error, "oauth_required");
});

t.test("a cut of its edge, of its target, of everything and of its jti ends it, and so does its end", async (t) => {
  for (const cut of [{ caller: "m1", target: "m2" }, { target: "m2" }, { everything: true }]) {
    const token = (await ask(fresh)).json().access_token;
    t.match(await introspect("m2", token), { active: true });
    await server.operate("POST", "/cuts", cut);
    t.strictSame(await introspect("m2", token), { active: false }, JSON.stringify(cut));
  }
  const revoked = (await ask(fresh)).json().access_token;
  t.equal((await send("m2", "/oauth/revoke", { token: revoked })).json().error, "unauthorized_client");
  t.match(await introspect("m2", revoked), { active: true });
  t.equal((await send("m1", "/oauth/revoke", { token: revoked })).statusCode, 200);
  t.strictSame(await introspect("m2", revoked), { active: false });
  const late = (await ask(fresh)).json().access_token;
  server.time.offsetMs = 301_000;
  t.teardown(() => {
    server.time.offsetMs = 0;
  });
  t.strictSame(await introspect("m2", late), { active: false });
});
