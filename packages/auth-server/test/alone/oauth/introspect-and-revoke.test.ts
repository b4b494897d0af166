import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tokenExchangeGrant } from "@meshpass/protocol";
import t from "tap";
import { openStore } from "../../../src/store/store.ts";
import { claimsOf, createFakeKey, signClaims } from "../../fake-signer.ts";
import { mapOf, startServer } from "../../start-server.ts";

const server = await startServer(t, { map: mapOf("  m1: [m1, m2, m3]", "  m2: [m1]", "  m3: []") });
await server.isReady();
const credentials = { m1: await server.issue("m1"), m2: await server.issue("m2"), m3: await server.issue("m3") };
const operator = readFileSync(join(server.folder, "operator.jwt"), "utf8").trim();

const send = (url: string, bearer: string | undefined, fields: Readonly<Record<string, string>>) =>
  server.app.inject({
    method: "POST",
    url,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "cache-control": "no-cache",
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
    payload: new URLSearchParams(fields).toString(),
  });
const introspect = (bearer: string | undefined, token: string) => send("/oauth/introspect", bearer, { token });
const revoke = (bearer: string | undefined, token: string) => send("/oauth/revoke", bearer, { token });
const { m1, m2, m3 } = credentials;

/** A fresh token of m1 for m2, from either door. */
const tokenFor = async (audience = "m2"): Promise<string> =>
  (await send("/oauth/token", m1.token, { grant_type: "client_credentials", audience })).json().access_token;
const oldToken = async (): Promise<string> => (await server.ask(m1.token)).json().accessToken;

const inactive = { active: false };

t.test("its own audience is told what a token says, whichever door it came from (RFC 7662 section 2.2)", async (t) => {
  for (const token of [await tokenFor(), await oldToken()]) {
    const answer = await introspect(m2.token, token);
    t.equal(answer.statusCode, 200);
    t.equal(answer.headers["cache-control"], "no-store");
    t.strictSame(answer.json(), { active: true, token_type: "Bearer", client_id: "m1", ...claimsOf(token) });
  }
});

t.test(
  "an operator is told of every token; anybody else that it is not active, and nothing else (section 4)",
  async (t) => {
    const token = await tokenFor();
    t.match((await introspect(operator, token)).json(), { active: true, sub: "m1", aud: "m2" });
    for (const other of [m1.token, m3.token]) t.strictSame((await introspect(other, token)).json(), inactive);
  },
);

t.test("what is no good access token is not active, whatever it is", async (t) => {
  const token = await tokenFor();
  const [header = "", payload = ""] = token.split(".");
  const stranger = createFakeKey("d-stranger");
  const foreign = signClaims(stranger, claimsOf(token));
  const key = server.core.signer.rotatingKey;
  const expired = signClaims(key, { ...claimsOf(token), iat: 1_000_000, exp: 1_000_300 });
  const withoutGen = signClaims(key, { ...claimsOf(token), gen: undefined });
  for (const text of [
    "x",
    "a.b.c",
    `${header}.${payload}.`,
    `${token}A`,
    foreign,
    expired,
    withoutGen,
    m2.token,
    operator,
  ]) {
    const answer = await introspect(m2.token, text);
    t.equal(answer.statusCode, 200);
    t.strictSame(answer.json(), inactive, text.slice(0, 20));
    t.strictSame((await introspect(operator, text)).json(), inactive);
  }
});

t.test("who proves nothing is refused, and so is a request without a token (section 2.3)", async (t) => {
  const token = await tokenFor();
  for (const bearer of [undefined, "x.y.z", token]) {
    const answer = await introspect(bearer, token);
    t.equal(answer.statusCode, 401);
    t.equal(answer.json().error, "invalid_client");
    t.match(answer.headers["www-authenticate"], bearer === undefined ? /^Basic / : /^Bearer /);
  }
  t.match((await introspect(m2.token, "")).json(), { error: "invalid_request" });
  t.equal((await revoke(m2.token, "")).statusCode, 400);
  t.equal((await revoke(undefined, token)).statusCode, 401);
});

t.test(
  "a client revokes a token that was issued to it; it is cut, and the next one lives (RFC 7009 section 2.1)",
  async (t) => {
    const [token, other] = [await tokenFor(), await tokenFor()];
    const answer = await revoke(m1.token, token);
    t.equal(answer.statusCode, 200);
    t.equal(answer.body, "");
    t.strictSame((await introspect(m2.token, token)).json(), inactive);
    t.match((await introspect(m2.token, other)).json(), { active: true });
    const cuts = async () => (await server.operate("GET", "/cuts")).json().cuts;
    const { ends, number } = (await cuts()).at(-1);
    t.match(ends, /^jti /);
    t.notMatch(ends, claimsOf(token).jti as string, "the feed names its hash alone");
    t.equal((await revoke(m1.token, token)).statusCode, 200, "twice is no error");
    t.equal((await cuts()).at(-1).number, number);
  },
);

t.test("a token of another client is not revoked, not even by the one that it is for", async (t) => {
  const token = await tokenFor();
  for (const other of [m2.token, m3.token]) {
    const answer = await revoke(other, token);
    t.equal(answer.statusCode, 400);
    t.equal(answer.json().error, "unauthorized_client");
  }
  t.match((await introspect(m2.token, token)).json(), { active: true });
  t.equal((await revoke(operator, token)).statusCode, 200, "an operator may");
  t.strictSame((await introspect(m2.token, token)).json(), inactive);
});

t.test("what is no token is no error; a credential is not revoked here (RFC 7009 section 2.2, 2.2.1)", async (t) => {
  for (const text of ["x", "a.b.c"]) t.equal((await revoke(m1.token, text)).statusCode, 200);
  for (const other of [m1.token, operator]) {
    t.match((await revoke(operator, other)).json(), { error: "unsupported_token_type" });
  }
  const hostile = Buffer.from('{"aud":{"toString":1,"valueOf":1}}').toString("base64url");
  t.equal((await revoke(m1.token, `a.${hostile}.c`)).statusCode, 200);
  t.equal((await server.ask(m1.token)).statusCode, 200);
});

t.test("who proves nothing here is on record with why, as at the token endpoint", async (t) => {
  const { decision_id: id } = (await introspect("x.y.z", "t")).json();
  t.match(await server.decisions(1, (line) => line.decision_id === id), [{ allowed: false, reason: "not_canonical" }]);
});

t.test("too many revocations of one client become a cut of that client, and of nobody else", async (t) => {
  const store = await openStore(join(server.folder, "auth-server.sqlite"));
  t.teardown(() => store.close());
  const others = Array.from({ length: 990 }, (_, at) => `jti ${String(at).padStart(43, "x")}`);
  await store.addCuts(others, Math.floor(server.clock() / 1_000), "m1");
  for (let count = 0; count < 70; count += 1) t.equal((await revoke(m1.token, await tokenFor())).statusCode, 200);
  const { cuts } = (await server.operate("GET", "/cuts")).json();
  t.ok(cuts.some(({ ends }: { ends: string }) => ends === "caller m1"));
  t.notOk(cuts.slice(1).some(({ ends }: { ends: string }) => ends === "all"));
  t.match((await introspect(m2.token, await tokenFor())).json(), { active: true }, "new ones are good");
});

t.test("a cut of the edge ends what introspection says, at once", async (t) => {
  const token = await tokenFor("m3");
  await server.operate("POST", "/cuts", { caller: "m1", target: "m3" });
  t.strictSame((await introspect(m3.token, token)).json(), inactive);
  t.match((await introspect(m3.token, await tokenFor("m3"))).json(), { active: true });
});

t.test("a revoked credential stops minting at once, at this door too", async (t) => {
  const { token, jti } = await server.issue("m1");
  const ask = () => send("/oauth/token", token, { grant_type: "client_credentials", audience: "m2" });
  t.equal((await ask()).statusCode, 200);
  await server.operate("DELETE", `/credentials/${jti}`);
  const answer = await ask();
  t.equal(answer.statusCode, 401);
  t.equal(answer.json().error, "invalid_client");
});

t.test(
  "the metadata document names what is there, under the issuer's own URL (RFC 8414 sections 2 and 3)",
  async (t) => {
    const answer = await server.app.inject("/.well-known/oauth-authorization-server");
    t.match(answer.headers["content-type"], /^application\/json/);
    t.match(answer.headers["cache-control"], "max-age=300");
    const metadata = answer.json();
    t.equal(metadata.issuer, "https://auth.example");
    t.strictSame(metadata.response_types_supported, []);
    t.strictSame(metadata.grant_types_supported, ["client_credentials", tokenExchangeGrant]);
    for (const [field, method, status] of [
      ["token_endpoint", "POST", 400],
      ["introspection_endpoint", "POST", 400],
      ["revocation_endpoint", "POST", 400],
      ["jwks_uri", "GET", 200],
    ] as const) {
      const url = new URL(metadata[field]);
      t.equal(url.origin, "https://auth.example");
      const { token } = await server.issue("m1");
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-www-form-urlencoded" };
      const found = await server.app.inject({ method, url: url.pathname, headers: method === "GET" ? {} : headers });
      t.equal(found.statusCode, status, field);
    }
  },
);
