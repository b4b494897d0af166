import { createKeys, createVerifier } from "@meshpass/verifier";
import t, { type Test } from "tap";
import { claimsOf, createFakeKey, kidOf, signClaims } from "../fake-signer.ts";
import { mapOf, startServer } from "../start-server.ts";
import { until } from "../until.ts";

const server = await startServer(t);
const { core, ask, issue } = server;
await server.isReady();
const credentials = { m1: await issue("m1"), m2: await issue("m2"), m3: await issue("m3") };
const m1 = credentials.m1.token;

t.beforeEach(() => {
  core.behave("works");
  core.signer.alter = (claims) => claims;
});

/** A receiver of that name over the published keys, told of the longest lifetime that a map may give. */
function verifierOf(t: Test, audience: string) {
  const keys = createKeys({ load: async () => (await server.app.inject("/auth/jwt/jwks.json")).json() });
  t.teardown(() => keys.close());
  const { clock } = server;
  return createVerifier({
    issuers: ["auth-server"],
    audience,
    kind: "access",
    keys,
    clock,
    maxLifetimeSeconds: 86_400,
  });
}

/** The lines on record for the decision that `answer` names, once `count` are there. */
const decisionsOf = (answer: { json: () => { decision_id: string } }, count = 1) => {
  const { decision_id } = answer.json();
  return server.decisions(count, (line) => line.decision_id === decision_id);
};

/** How many requests for a token had which outcome, by `allowed:reason`. */
async function countsOf(): Promise<Map<string, number>> {
  const { body } = await server.metricsApp.inject("/metrics");
  const counts = body.matchAll(/meshpass_decisions_total\{allowed="(\w+)",reason="(\w*)"\} (\d+)/g);
  return new Map([...counts].map(([, allowed, reason, count]) => [`${allowed}:${reason}`, Number(count)]));
}

t.test(
  "an allowed caller gets a token with exactly the claims of an access token, for 5 minutes (SuperTokens core)",
  async (t) => {
    const answer = await ask(m1, { target: "m2" });
    t.equal(answer.statusCode, 200);
    t.equal(answer.headers["cache-control"], "no-store");
    t.match(answer.json(), { tokenType: "Bearer", expiresIn: 300 });
    const { jti, iat, gen, ...claims } = claimsOf(answer.json().accessToken);
    t.strictSame(claims, {
      iss: "auth-server",
      sub: "m1",
      aud: "m2",
      exp: Number(iat) + 300,
      token_use: "access",
      map: 1,
    });
    t.match(jti, /^[0-9a-f-]{36}$/);
    t.match(gen, /^\d{10}\.1$/, "a new store begins with a cut of everything");
    t.match(kidOf(answer.json().accessToken), /^d-/);
  },
);

t.test(
  "over the nine pairs the map decides, and a refusal is 401 with a bare challenge (m2m-auth: no WWW-Authenticate)",
  async (t) => {
    for (const [caller, allowed] of [
      ["m1", ["m1", "m2"]],
      ["m2", ["m1", "m2"]],
      ["m3", ["m1"]],
    ] as const) {
      for (const target of ["m1", "m2", "m3"]) {
        const answer = await ask(credentials[caller].token, { target });
        const isAllowed = (allowed as readonly string[]).includes(target);
        t.equal(answer.statusCode, isAllowed ? 200 : 401, `${caller} to ${target}`);
        if (isAllowed) continue;
        t.match(answer.json(), { error: "unauthorized_target", decision_id: /^[0-9a-f-]{36}$/ });
        t.equal(answer.headers["www-authenticate"], 'Bearer realm="meshpass"');
      }
    }
  },
);

t.test(
  "every request leaves one decision record, with who, whom, the line of the map and why (m2m-auth: no audit)",
  async (t) => {
    const granted = await ask(m1, { target: "m2" });
    const refused = await ask(m1, { target: "m3" });
    const unknown = await ask("not-a-token", { target: "m2" });
    const malformed = await ask(m1, { target: 7 });
    const { jti, exp } = claimsOf(granted.json().accessToken);
    const credential = credentials.m1.jti;
    const records = [
      ...(await server.decisions(1, (line) => line.jti === jti)),
      ...(await decisionsOf(refused)),
      ...(await decisionsOf(unknown)),
      ...(await decisionsOf(malformed)),
    ];
    t.equal(records.length, 4);
    t.match(records[0], {
      caller: "m1",
      target: "m2",
      allowed: true,
      map: 1,
      line: 3,
      credential,
      jti,
      expires_at: exp,
    });
    t.match(records[1], { caller: "m1", target: "m3", allowed: false, reason: "not_in_map", map: 1, credential });
    t.match(records[2], { allowed: false, reason: "not_three_parts" });
    t.notOk("caller" in (records[2] ?? {}), "a caller that is not known is not named");
    t.match(records[3], { caller: "m1", allowed: false, reason: "invalid_target", credential });
    t.notMatch(JSON.stringify(records), /eyJ/, "no token stands in a record");
  },
);

t.test("a request that cannot even be read as one leaves its record too, and is counted", async (t) => {
  const before = await countsOf();
  const text = { "content-type": "text/plain" };
  const refusals = [
    [400, "invalid_request", await ask(m1, '{"target":"m2"')],
    [415, "unsupported_media_type", await ask(m1, "target=m2", text)],
    [413, "payload_too_large", await ask(m1, "9".repeat(20_000))],
  ] as const;
  for (const [status, reason, answer] of refusals) {
    t.equal(answer.statusCode, status);
    t.match(await decisionsOf(answer), [{ allowed: false, reason }]);
    const counted = `false:${reason}`;
    t.equal((await countsOf()).get(counted), (before.get(counted) ?? 0) + 1, counted);
  }
});

t.test(
  "a body that is not exactly a target is 400, whatever else the caller would like to have signed (SuperTokens core)",
  async (t) => {
    const wishes = {
      exp: 9,
      iat: 9,
      iss: "evil",
      sub: "m2",
      aud: "m3",
      validity: 9,
      claims: {},
      payload: {},
      jti: "x",
    };
    for (const [name, value] of Object.entries(wishes)) {
      const answer = await ask(m1, { target: "m2", [name]: value });
      t.equal(answer.statusCode, 400, name);
      t.equal(answer.json().error, "invalid_request");
    }
    for (const body of [
      "{}",
      "[]",
      "null",
      '"m2"',
      '{"target":null}',
      '{"target":["m2"]}',
      '{"target":"__proto__"}',
      '{"target":"constructor "}',
      '{"target":"auth-server"}',
      '{"target":"m2","target":"m1"}',
      '{"__proto__":{"target":"m2"}}',
      '{"target":"m2"',
      "",
    ]) {
      t.equal((await ask(m1, body)).statusCode, 400, body);
    }
  },
);

t.test(
  "a name that is in no map, the names of Object's members included, is refused like any other (m2m-auth: constructor)",
  async (t) => {
    for (const target of ["constructor", "tostring", "m9"]) {
      const answer = await ask(m1, { target });
      t.equal(answer.statusCode, 401, target);
      t.equal(answer.json().error, "unauthorized_target");
    }
  },
);

t.test("nothing that the core made of other claims or keys ever leaves", async (t) => {
  const lies: Record<string, (claims: Record<string, unknown>) => Record<string, unknown>> = {
    "another caller": (claims) => ({ ...claims, sub: "m2" }),
    "another audience": (claims) => ({ ...claims, aud: "m1" }),
    "another issue time": (claims) => ({ ...claims, iat: Number(claims.iat) - 1 }),
    "a longer life": (claims) => ({ ...claims, exp: Number(claims.exp) + 1 }),
    "a claim more": (claims) => ({ ...claims, role: "issue" }),
    "a claim less": ({ map: _, ...claims }) => claims,
  };
  for (const [lie, alter] of Object.entries(lies)) {
    core.signer.alter = alter as typeof core.signer.alter;
    const answer = await ask(m1);
    t.equal(answer.statusCode, 503, lie);
    t.equal(answer.json().error, "core_unavailable");
    t.equal(answer.headers["retry-after"], "1");
  }
});

t.test(
  "a core that answers nonsense is 503, and its words reach neither the caller nor the log (m2m-auth: library messages)",
  async (t) => {
    for (const [name, behaviour] of Object.entries({
      html: { status: 200, type: "text/html", body: "<h1>SECRET-WORDS</h1>" },
      "no JSON": { status: 200, type: "application/json", body: "SECRET-WORDS" },
      "JSON of another form": { status: 200, type: "application/json", body: '{"jwt":"SECRET-WORDS"}' },
      "no token": { status: 200, type: "application/json", body: '{"status":"OK","jwt":"SECRET-WORDS"}' },
      "token of a wrong type": { status: 200, type: "application/json", body: '{"status":"OK","jwt":{}}' },
      "an error": { status: 500, type: "text/html", body: "java.lang.SECRET-WORDS" },
      "a redirect": { status: 302, type: "text/html", body: "SECRET-WORDS" },
      "too many requests": { status: 429, type: "text/html", body: "SECRET-WORDS" },
    })) {
      core.behave(behaviour);
      const answer = await ask(m1);
      t.equal(answer.statusCode, 503, name);
      t.equal(answer.json().error, "core_unavailable");
      t.notMatch(answer.body, /SECRET-WORDS/);
    }
    t.notMatch(server.log.join(""), /SECRET-WORDS/);
    t.match(server.log.join(""), /the core answered with status 500/);
  },
);

t.test("a token is refused if the credential is revoked while the core works", async (t) => {
  const { token, jti } = await issue("m1");
  const { mints } = core;
  core.behave("frozen");
  const asked = ask(token);
  await until(() => core.mints > mints);
  t.equal((await server.operate("DELETE", `/credentials/${jti}`)).statusCode, 200);
  core.behave("works");
  const answer = await asked;
  t.match(answer.json(), { error: "invalid_credential", decision_id: /./ });
  const records = await decisionsOf(answer, 2);
  const { decision_id } = answer.json();
  t.match(records[0], { allowed: true, decision_id });
  const { at, ...outcome } = records[1] ?? {};
  t.strictSame(outcome, { decision_id, outcome: "withdrawn_meanwhile", reason: "revoked" });
  t.match(at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

t.test("a mint that fails names its decision, is an outcome on record, and counts as no token", async (t) => {
  const before = await countsOf();
  core.behave({ status: 500, type: "text/html", body: "" });
  const answer = await ask(m1);
  t.match(answer.json(), { error: "core_unavailable", decision_id: /^[0-9a-f-]{36}$/ });
  const records = await decisionsOf(answer, 2);
  const { decision_id } = answer.json();
  t.match(records[0], { allowed: true, decision_id });
  t.match(records[1], { decision_id, outcome: "mint_failed", reason: "core_unavailable" });
  t.notOk("allowed" in (records[1] ?? {}), "an outcome is no second decision");
  const after = await countsOf();
  t.equal(after.get("true:"), before.get("true:"));
  t.equal(after.get("false:core_unavailable"), (before.get("false:core_unavailable") ?? 0) + 1);
});

t.test("a key that the core has just changed to is fetched; one that it hides is 503 (hydra #2535)", async (t) => {
  const before = core.signer.rotatingKey;
  core.signer.rotatingKey = createFakeKey("d-2");
  const answer = await ask(m1);
  t.equal(answer.statusCode, 200);
  t.equal(kidOf(answer.json().accessToken), "d-2");
  core.signer.hidden.add(core.signer.rotatingKey);
  core.signer.rotatingKey = createFakeKey("d-3");
  core.signer.hidden.add(core.signer.rotatingKey);
  t.match((await ask(m1)).json(), { error: "core_key_unknown" });
  core.signer.rotatingKey = before;
});

t.test("each request counts once, as what became of it in the end", async (t) => {
  const sum = async () => [...(await countsOf()).values()].reduce((all, count) => all + count, 0);
  const before = await sum();
  await ask(m1, { target: "m2" });
  await ask(m1, { target: "m3" });
  await ask("not-a-token");
  core.behave({ status: 500, type: "text/html", body: "" });
  await ask(m1);
  t.equal(await sum(), before + 4);
});

t.test("metrics count decisions by outcome and reason, with no label from a request", async (t) => {
  const text = (await server.metricsApp.inject("/metrics")).body;
  t.match(text, /meshpass_decisions_total\{allowed="true",reason=""\} \d+/);
  t.match(text, /meshpass_decisions_total\{allowed="false",reason="not_in_map"\} \d+/);
  t.match(text, /meshpass_decisions_total\{allowed="false",reason="withdrawn_meanwhile"\} 1/);
  t.match(text, /meshpass_decisions_total\{allowed="false",reason="core_key_unknown"\} 1/);
  t.match(text, /meshpass_map_number \d+/);
  t.match(text, /meshpass_map_stale 0/);
});

t.test(
  "a credential without a jti is accepted with a warning, until its service is cut (m2m-auth: not revocable)",
  async (t) => {
    const iat = Math.floor(server.clock() / 1_000);
    const claims = { iat, exp: iat + 3_153_600_000, iss: "auth-server", sub: "m2", aud: "auth-server" };
    const legacy = signClaims(core.signer.staticKey, claims);
    t.equal((await ask(legacy)).statusCode, 200);
    t.match(server.log.join(""), /replace it: pnpm meshpass credentials issue m2/);
    const { legacyCredentials } = (await server.operate("GET", "/credentials")).json();
    t.match(legacyCredentials, [{ service: "m2", hash: /^[0-9a-f]{64}$/ }]);
    t.match((await server.operate("POST", "/cuts", { service: "m2" })).json(), { credentialsEnded: 1, notInMap: [] });
    t.match((await ask(legacy)).json(), { error: "invalid_credential" });
    t.match((await ask(signClaims(core.signer.staticKey, { ...claims, iat: iat + 1 }))).json(), {
      error: "invalid_credential",
    });
    t.match((await ask(credentials.m2.token)).json(), { error: "invalid_credential" });
  },
);

t.test("an edge's own lifetime and end shorten the token; one that is nearly over is a refusal", async (t) => {
  const soon = new Date(server.clock() + 60_000).toISOString();
  const nearlyOver = new Date(server.clock() + 4_000).toISOString();
  server.saveMap(
    mapOf(
      "  m1:",
      "    - { target: m1, lifetime: 90s }",
      `    - { target: m2, lifetime: 2h, expires: ${soon} }`,
      `    - { target: m3, expires: ${nearlyOver} }`,
      "    - { target: m4, lifetime: 2h }",
    ),
  );
  await server.isInForce(2);
  t.equal((await ask(m1, { target: "m1" })).json().expiresIn, 90);
  t.ok((await ask(m1, { target: "m2" })).json().expiresIn <= 60);
  t.match((await ask(m1, { target: "m3" })).json(), { error: "unauthorized_target" });
  const long = (await ask(m1, { target: "m4" })).json();
  t.equal(long.expiresIn, 7_200);
  t.match(kidOf(long.accessToken), /^s-/, "what outlives a rotating key is signed by the static one");
  t.match(await verifierOf(t, "m4").verify(long.accessToken), { name: "m1" }, "a receiver that is told so takes it");
});

t.test("the scopes of an edge stand in the token, and the receiver has them", async (t) => {
  const { number } = (await server.operate("GET", "/status")).json().map;
  server.saveMap(mapOf("  m1:", "    - { target: m2, scopes: [read, write] }"));
  await server.isInForce(number + 1);
  const { accessToken } = (await ask(m1, { target: "m2" })).json();
  t.equal(claimsOf(accessToken).scope, "read write");
  t.strictSame([...(await verifierOf(t, "m2").verify(accessToken)).scopes], ["read", "write"]);
});
