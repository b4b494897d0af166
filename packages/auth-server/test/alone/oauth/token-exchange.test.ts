import { accessTokenType, tokenExchangeGrant } from "@meshpass/protocol";
import t from "tap";
import { claimsOf } from "../../fake-signer.ts";
import { startExchange } from "./exchange-bench.ts";

const map = `version: 1
interactions:
  m1:
    - { target: m2, scopes: [read, write] }
    - m5
  m2:
    - m1
    - { target: m3, scopes: [admin, read], lifetime: 10m }
    - { target: m6, on_behalf_of: [m1] }
    - { target: m7, max_chain: 1 }
    - m8
  m3: [m4]
  m5: [m3]
  m8: [m4]
  m9: [m2, m10]
  m10: [{ target: m3, on_behalf_of: [m9] }, { target: m4, max_chain: 1 }]
services:
  m3: { audience: "urn:m3" }
  m5: { grants: [client_credentials] }
  m8: { token_format: opaque }
...
`;
const services = ["m1", "m2", "m3", "m4", "m5", "m8", "m9", "m10"] as const;
const { server, send, exchange, introspect, ask, askAlong, reasonOf } = await startExchange(t, map, services);

t.test(
  "a service that was called gets a token to call on with, which names the chain (RFC 8693 sections 2 and 4.1)",
  async (t) => {
    const subject = await ask("m1", "m2");
    const answer = await exchange("m2", subject, { audience: "urn:m3" });
    t.equal(answer.statusCode, 200, answer.body);
    t.equal(answer.headers["cache-control"], "no-store");
    const { access_token: token, ...rest } = answer.json();
    t.match(rest, { issued_token_type: accessTokenType, token_type: "Bearer", scope: "read" });
    t.strictSame(Object.keys(rest).sort(), ["expires_in", "issued_token_type", "scope", "token_type"]);
    const { iat, exp, gen, jti, map: number, ...claims } = claimsOf(token);
    t.strictSame(claims, {
      iss: "https://auth.example",
      sub: "m1",
      aud: "urn:m3",
      client_id: "m2",
      token_use: "delegated",
      act: { sub: "m2" },
      parents: [
        {
          jti: claimsOf(subject).jti,
          kid: JSON.parse(Buffer.from(subject.split(".")[0] ?? "", "base64url").toString()).kid,
        },
      ],
      scope: "read",
    });
    t.equal(exp, claimsOf(subject).exp, "the edge would give ten minutes");
    t.equal(rest.expires_in, Number(exp) - Number(iat));
    t.ok([gen, jti, number].every((value) => value !== undefined));
  },
);

t.test("the next one exchanges that again: the innermost actor is who called first (section 4.1)", async (t) => {
  const delegated = await askAlong(["m1", "m2"], "m3");
  const { sub, act, parents, client_id } = claimsOf(await tokenOf(exchange("m3", delegated, { audience: "m4" })));
  t.strictSame({ sub, act, client_id }, { sub: "m1", act: { sub: "m3", act: { sub: "m2" } }, client_id: "m3" });
  const before = claimsOf(delegated);
  t.match(parents, [...(before.parents as object[]), { jti: before.jti }]);
  t.match(parents, { length: 2 });
});

t.test(
  "a token from POST /accesstoken can be exchanged too, and without an audience the only edge is meant",
  async (t) => {
    const { accessToken } = (await server.ask(await credentialOf("m1"), { target: "m2" })).json();
    t.match(claimsOf(await tokenOf(exchange("m2", accessToken, { audience: "m3" }))), { sub: "m1" });
    const delegated = await askAlong(["m1", "m2"], "m3");
    t.match(claimsOf(await tokenOf(exchange("m3", delegated))), { aud: "m4", act: { sub: "m3" } });
    const only = claimsOf(await tokenOf(exchange("m10", await ask("m9", "m10"))));
    t.match(only, { aud: "urn:m3" }, "the only one that this chain may call");
  },
);

t.test("nothing is handed out twice, and the record of decisions names the chain", async (t) => {
  const subject = await ask("m1", "m2");
  const one = async () =>
    claimsOf(await tokenOf(exchange("m2", subject, { audience: "m3" }, { "cache-control": "max-age=0" })));
  const [first, second] = [await one(), await one()];
  t.not(first.jti, second.jti);
  const lines = await server.decisions(1, (line) => line.jti === second.jti);
  t.match(lines, [{ caller: "m2", chain: ["m1", "m2"], target: "m3", allowed: true, reused: undefined }]);
});

t.test("what was minted on behalf of another is never handed out to the same client in its own name", async (t) => {
  const reusing = { "cache-control": "max-age=0" };
  t.match(claimsOf(await tokenOf(exchange("m2", await ask("m1", "m2"), { audience: "m3" }, reusing))), {
    scope: "read",
  });
  const own = await ask("m2", "m3", { scope: "read" }, reusing);
  t.match(claimsOf(own), { sub: "m2", token_use: "access", act: undefined });
  t.equal(await ask("m2", "m3", { scope: "read" }, reusing), own, "that one is");
});

t.test("scopes only shrink: to those that both the subject token and the edge have", async (t) => {
  const of = async (fields: Record<string, string>, subject: Record<string, string> = {}) =>
    exchange("m2", await ask("m1", "m2", subject), { audience: "m3", ...fields });
  t.equal((await of({ scope: "read" })).json().scope, "read");
  for (const [asked, subject] of [
    ["admin", {}],
    ["write", {}],
    ["read", { scope: "write" }],
  ] as const) {
    const answer = await of({ scope: asked }, subject);
    t.equal(answer.json().error, "invalid_scope", asked);
    t.equal(await reasonOf(answer), "scope_not_granted");
  }
  t.equal((await of({}, { scope: "write" })).json().scope, undefined);
});

t.test("the end only shrinks, and a subject token that is nearly over gives none", async (t) => {
  const subject = await ask("m1", "m2");
  t.teardown(() => {
    server.time.offsetMs = 0;
  });
  server.time.offsetMs = 200_000;
  const claims = claimsOf(await tokenOf(exchange("m2", subject, { audience: "m3" })));
  t.equal(claims.exp, claimsOf(subject).exp);
  for (const offsetMs of [297_000, 302_000, 400_000]) {
    server.time.offsetMs = offsetMs;
    const answer = await exchange("m2", subject, { audience: "m3" });
    t.equal(answer.json().error, "invalid_request", `${offsetMs}`);
    t.equal(await reasonOf(answer), "subject_token_refused");
  }
});

t.test("the map's word on chains: on_behalf_of, max_chain, and no cycle (invalid_target, section 2.2.2)", async (t) => {
  const isRefused = async (chain: (typeof services)[number][], target: string, reason: string, hop: string) => {
    const subject = await askAlong(chain.slice(0, -1), chain.at(-1) ?? "");
    const answer = await exchange(chain.at(-1) as "m2", subject, { audience: target });
    t.equal(answer.statusCode, 400);
    t.equal(answer.json().error, "invalid_target", `${chain} => ${target}`);
    const { decision_id: id } = answer.json();
    t.match(await server.decisions(1, (line) => line.decision_id === id), [{ reason, chain, target, hop }]);
  };
  t.match(claimsOf(await askAlong(["m1", "m2"], "m6")), { sub: "m1" });
  await isRefused(["m9", "m2"], "m6", "not_on_behalf", "m2 => m6");
  await isRefused(["m1", "m2"], "m7", "chain_too_long", "m2 => m7");
  await isRefused(["m1", "m2"], "m1", "cycle", "m2 => m1");
  await isRefused(["m1", "m2"], "m4", "not_in_map", "m2 => m4");
  const own = await send("m2", "/oauth/token", { grant_type: "client_credentials", audience: "m6" });
  t.equal(own.json().error, "invalid_target");
  t.equal(await reasonOf(own), "not_on_behalf", "m2 has nothing to ask of m6 in its own name");
  t.match(claimsOf(await ask("m2", "m7")), { sub: "m2" });
});

t.test("a service that may not exchange is told so (unauthorized_client, RFC 6749 section 5.2)", async (t) => {
  const answer = await exchange("m5", await ask("m1", "m5"), { audience: "m3" });
  t.equal(answer.statusCode, 400);
  t.equal(answer.json().error, "unauthorized_client");
  t.equal(await reasonOf(answer), "grant_not_allowed");
});

t.test("a request that is no exchange of an access token for one is refused (sections 2.1 and 2.2.2)", async (t) => {
  const subject = await ask("m1", "m2");
  const other = "urn:ietf:params:oauth:token-type:id_token";
  for (const [named, fields] of [
    ["subject_token", { subject_token: "" }],
    ["subject_token_type", { subject_token_type: "" }],
    ["subject_token_type", { subject_token_type: other }],
    ["requested_token_type", { requested_token_type: other }],
    ["actor_token", { actor_token: subject }],
    ["actor_token", { actor_token_type: accessTokenType }],
  ] as const) {
    const answer = await exchange("m2", subject, { audience: "m3", ...fields });
    t.equal(answer.statusCode, 400);
    const { error, error_description: text } = answer.json();
    t.equal(error, "invalid_request", JSON.stringify(fields));
    t.equal(text.split(" ")[0], named, "which it names");
    t.match(text, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/, "in the characters of RFC 6749 section 5.2");
  }
  const asked = await exchange("m2", subject, { audience: "m3", requested_token_type: accessTokenType });
  t.equal(asked.statusCode, 200);
  const body = new URLSearchParams({ grant_type: tokenExchangeGrant, subject_token: subject });
  body.append("subject_token", subject);
  const twice = await server.app.inject({
    method: "POST",
    url: "/oauth/token",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    payload: body.toString(),
  });
  t.equal(twice.json().error, "invalid_request");
});

t.test(
  "a subject token that is not good is refused in one and the same way, whatever it lacks (section 2.2.2)",
  async (t) => {
    const cut = await ask("m1", "m2");
    await server.operate("POST", "/cuts", { jti: claimsOf(cut).jti });
    const ofAnother = await askAlong(["m1", "m2"], "m3");
    const bodies = new Set<string>();
    for (const [what, subject] of Object.entries({
      "not meant for the client": ofAnother,
      "its own": await ask("m2", "m3"),
      cut,
      "a credential": await credentialOf("m1"),
      forged: `${(await ask("m1", "m2")).slice(0, -8)}AAAAAAAA`,
      "of nobody": "0".repeat(64),
      text: "x",
      huge: "x".repeat(9_000),
    })) {
      const answer = await exchange("m2", subject, { audience: "m3" });
      t.equal(answer.statusCode, 400, what);
      const { decision_id, ...rest } = answer.json();
      t.equal(await reasonOf(answer), "subject_token_refused");
      bodies.add(JSON.stringify(rest));
    }
    t.match([...bodies], [/^\{"error":"invalid_request","error_description":"The subject_token must be/]);
    t.equal(bodies.size, 1);
  },
);

t.test("whoever exchanges has to prove who it is first, and what is bad about the token stays unsaid", async (t) => {
  const answer = await server.app.inject({
    method: "POST",
    url: "/oauth/token",
    headers: { "content-type": "application/x-www-form-urlencoded", authorization: "Bearer x.y.z" },
    payload: new URLSearchParams({ grant_type: tokenExchangeGrant, subject_token: "x" }).toString(),
  });
  t.equal(answer.statusCode, 401);
  t.equal(answer.json().error, "invalid_client");
});

t.test("an opaque subject token can be exchanged, and for an opaque one", async (t) => {
  const opaque = await askAlong(["m1", "m2"], "m8");
  t.match(opaque, /^[0-9a-f]{64}$/);
  t.match(await introspect("m8", opaque), { active: true, sub: "m1", client_id: "m2", act: { sub: "m2" } });
  const onward = claimsOf(await tokenOf(exchange("m8", opaque, { audience: "m4" })));
  t.match(onward, { sub: "m1", act: { sub: "m8", act: { sub: "m2" } } });
  const { parents } = onward as unknown as { parents: object[] };
  t.equal(parents.length, 2);
  t.strictSame(Object.keys(parents[1] ?? {}), ["jti"], "no key has signed it");
});

t.test(
  "it is revoked by the client that it was issued to, who calls, and not by whom it calls for (RFC 7009)",
  async (t) => {
    const token = await askAlong(["m1", "m2"], "m3");
    t.match(await introspect("m3", token), { active: true, sub: "m1", client_id: "m2", token_use: "delegated" });
    t.strictSame(await introspect("m1", token), { active: false });
    t.equal((await send("m1", "/oauth/revoke", { token })).json().error, "unauthorized_client");
    t.match(await introspect("m3", token), { active: true });
    t.equal((await send("m2", "/oauth/revoke", { token })).statusCode, 200);
    t.strictSame(await introspect("m3", token), { active: false });
  },
);

async function tokenOf(answer: ReturnType<typeof exchange>): Promise<string> {
  const { statusCode, body } = await answer;
  if (statusCode !== 200) throw new Error(body);
  return JSON.parse(body).access_token;
}

const credentialOf = async (service: string): Promise<string> => (await server.issue(service)).token;
