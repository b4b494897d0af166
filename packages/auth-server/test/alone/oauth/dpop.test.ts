import { createKeys, createVerifier } from "@meshpass/verifier";
import t, { type Test } from "tap";
import { claimsOf } from "../../fake-signer.ts";
import { createProofKey } from "../../proof-key.ts";
import { mapOf, startServer } from "../../start-server.ts";
import { until } from "../../until.ts";

const server = await startServer(t, {
  map: mapOf("  m1: [m1, m2, { target: m3, proof: dpop }]", "  m2: [m1]"),
});
await server.isReady();
const credentials = { m1: await server.issue("m1"), m2: await server.issue("m2") };

const [mine, other] = [createProofKey(server.clock), createProofKey(server.clock)];

const ask = (proof: string | string[] | undefined, { path = "/oauth/token", audience = "m2", more = {} } = {}) =>
  server.app.inject({
    method: "POST",
    url: path,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `Bearer ${credentials.m1.token}`,
      ...(proof === undefined ? {} : { dpop: proof }),
      ...more,
    },
    payload: `grant_type=client_credentials&audience=${audience}`,
  });

t.test("an edge that demands a proof gives no token without one, at neither door", async (t) => {
  t.equal((await ask(mine.prove(), { audience: "m3" })).json().token_type, "DPoP");
  const answer = await ask(undefined, { audience: "m3" });
  t.equal(answer.statusCode, 400);
  t.equal(answer.json().error, "invalid_dpop_proof");
  const { decision_id: id } = answer.json();
  t.match(await server.decisions(1, (line) => line.decision_id === id), [{ target: "m3", reason: "proof_missing" }]);
  const old = await server.ask(credentials.m1.token, { target: "m3" });
  t.equal(old.statusCode, 400);
  t.equal(old.json().error, "oauth_required");
});

t.test("a token asked for with a proof is bound to its key, and says so (RFC 9449 sections 5 and 6)", async (t) => {
  const answer = await ask(mine.prove());
  t.equal(answer.statusCode, 200, answer.body);
  t.equal(answer.json().token_type, "DPoP");
  t.strictSame(claimsOf(answer.json().access_token).cnf, { jkt: mine.thumbprint });
  t.equal(answer.headers["dpop-nonce"], undefined);
});

t.test("it is handed out again to whoever proves the same key, and to nobody else", async (t) => {
  const tokenFor = async (proof?: string) => (await ask(proof)).json().access_token;
  const [first, again, ofOther, plain] = [
    await tokenFor(mine.prove()),
    await tokenFor(mine.prove()),
    await tokenFor(other.prove()),
    await tokenFor(),
  ];
  t.equal(again, first);
  t.strictSame(claimsOf(ofOther).cnf, { jkt: other.thumbprint });
  t.equal(claimsOf(plain).cnf, undefined);
});

t.test("a receiver that knows nothing of proofs refuses it; introspection names the key (section 6.2)", async (t) => {
  const token = (await ask(mine.prove())).json().access_token;
  const keys = createKeys({ load: async () => (await server.app.inject("/auth/jwt/jwks.json")).json() });
  t.teardown(() => keys.close());
  const issuers = ["https://auth.example"];
  const { verify } = createVerifier({ issuers, audience: "m2", kind: "access", keys, clock: server.clock });
  await t.rejects(async () => verify(token), { code: "invalid_token" });
  const answer = await server.app.inject({
    method: "POST",
    url: "/oauth/introspect",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `Bearer ${credentials.m2.token}`,
    },
    payload: `token=${token}`,
  });
  t.match(answer.json(), { active: true, token_type: "DPoP", cnf: { jkt: mine.thumbprint } });
});

async function isRefused(t: Test, proof: string | string[], reason: string, path?: string): Promise<void> {
  const answer = await ask(proof, path === undefined ? {} : { path });
  t.equal(answer.statusCode, 400, reason);
  t.equal(answer.json().error, "invalid_dpop_proof");
  const { decision_id: id } = answer.json();
  t.match(await server.decisions(1, (line) => line.decision_id === id), [{ caller: "m1", allowed: false, reason }]);
}

t.test("a proof that is none is an error, and no bearer token comes instead (section 5)", async (t) => {
  const used = mine.prove();
  t.equal((await ask(used)).statusCode, 200);
  await isRefused(t, used, "proof_replayed");
  await isRefused(t, "nonsense", "proof_malformed");
  await isRefused(t, [mine.prove(), mine.prove()], "proof_not_single");
  await isRefused(t, mine.prove({ htm: "GET" }), "proof_of_other_request");
  await isRefused(t, mine.prove({ htu: "https://evil.example/oauth/token" }), "proof_of_other_request");
  await isRefused(t, mine.prove(), "proof_of_other_request", "/token");
  await isRefused(t, mine.prove({ iat: 1_000_000 }), "proof_out_of_time");
  t.equal((await ask(mine.prove({ htu: "https://auth.example/token" }), { path: "/token" })).statusCode, 200);
});

t.test("the address is the issuer's, never that of Host", async (t) => {
  const answer = await ask(mine.prove({ htu: "https://evil.example/oauth/token" }), { more: { host: "evil.example" } });
  t.match(answer.json(), { error: "invalid_dpop_proof" });
});

t.test(
  "what was cut while the core worked is minted anew, and the proof, good once, is not asked for twice",
  async (t) => {
    const { mints } = server.core;
    server.core.behave("frozen");
    const asked = ask(mine.prove(), { more: { "cache-control": "no-cache" } });
    await until(() => server.core.mints > mints);
    await server.operate("POST", "/cuts", { caller: "m1", target: "m2" });
    server.core.behave("works");
    const answer = await asked;
    t.equal(answer.statusCode, 200, answer.body);
    t.strictSame(claimsOf(answer.json().access_token).cnf, { jkt: mine.thumbprint });
  },
);

t.test("whoever is no client is told so, whatever he proves", async (t) => {
  const answer = await ask(mine.prove(), { more: { authorization: "Bearer x.y.z" } });
  t.match(answer.json(), { error: "invalid_client" });
});
