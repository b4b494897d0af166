import Fastify from "fastify";
import t, { type Test } from "tap";
import { meshpassVerifier } from "../src/fastify.ts";
import { createKeys, createVerifier, type VerifierOptions } from "../src/index.ts";
import { optionsFor } from "./doors.ts";
import { accessClaims, createSigningKey, delegatedClaims, signToken } from "./fake-issuer.ts";

const key = createSigningKey("d-1");
const keys = createKeys({ load: async () => ({ keys: [key.jwk] }) });
t.teardown(keys.close);
/** Of m1, on behalf of m3. */
const delegated = signToken(key, delegatedClaims);
const plain = signToken(key, accessClaims);

const rules = {
  "/plain": {},
  "/any": { onBehalfOf: true },
  "/for-m3": { onBehalfOf: ["m9", "m3"] },
  "/for-m9": { onBehalfOf: ["m9"] },
  "/by-m3": { onBehalfOf: true, callers: ["m3"] },
  "/by-m1": { onBehalfOf: true, callers: ["m1"] },
  "/read": { onBehalfOf: true, scopes: ["read"] },
} as const;

async function buildApp(t: Test) {
  const app = Fastify();
  t.teardown(() => app.close());
  await app.register(meshpassVerifier, optionsFor(keys));
  for (const [path, rule] of Object.entries(rules)) {
    app.get(path, { onRequest: app.requireCaller(rule) }, async ({ caller: { name, onBehalfOf, chain, parents } }) => {
      return { name, onBehalfOf, chain, parents };
    });
  }
  return async (url: keyof typeof rules, token: string) => {
    const answer = await app.inject({ url, headers: { authorization: `Bearer ${token}` } });
    const { statusCode: status } = answer;
    return { status, ...answer.json(), challenge: answer.headers["www-authenticate"] };
  };
}

t.test("a route takes delegated tokens only if it says so, and is asked each time (RFC 8693)", async (t) => {
  const show = await buildApp(t);
  for (const round of [1, 2]) {
    t.match(await show("/any", delegated), { status: 200, name: "m1", onBehalfOf: "m3", chain: ["m3", "m1"] });
    const refused = { status: 401, error: "invalid_token", challenge: /error="invalid_token"/ };
    t.match(await show("/plain", delegated), refused, `round ${round}`);
  }
});

t.test("a route may say on whose behalf", async (t) => {
  const show = await buildApp(t);
  t.match(await show("/for-m3", delegated), { status: 200, name: "m1" });
  t.match(await show("/for-m9", delegated), { status: 403, error: "caller_not_allowed" });
});

t.test("the caller of a route is who calls now, never the one on whose behalf (the outermost act.sub)", async (t) => {
  const show = await buildApp(t);
  t.match(await show("/by-m3", delegated), { status: 403, error: "caller_not_allowed" });
  t.match(await show("/by-m1", delegated), { status: 200, name: "m1" });
  t.match(await show("/read", delegated), { status: 403, error: "insufficient_scope" });
});

t.test("who calls for itself is taken by routes for either, with a chain of itself", async (t) => {
  const show = await buildApp(t);
  for (const path of ["/plain", "/any", "/for-m3", "/for-m9"] as const) {
    const answer = await show(path, plain);
    t.match(answer, { status: 200, name: "m1", chain: ["m1"], parents: [] }, path);
    t.notOk("onBehalfOf" in answer);
  }
});

t.test("onBehalfOf that is neither true nor a list of names is the caller's bug", async (t) => {
  const app = Fastify();
  t.teardown(() => app.close());
  await app.register(meshpassVerifier, optionsFor(keys));
  for (const onBehalfOf of [false, null, "m1", [""], [7], {}]) {
    t.throws(() => app.requireCaller({ onBehalfOf } as object), { name: "TypeError" }, JSON.stringify(onBehalfOf));
  }
});

t.test("a verifier says it by a switch, and the Fastify door by its routes alone", async (t) => {
  const verifier = createVerifier(optionsFor(keys, { onBehalfOf: true }));
  t.match(await verifier.verify(delegated), { name: "m1", onBehalfOf: "m3", chain: ["m3", "m1"] });
  t.ok(Object.isFrozen((await verifier.verify(delegated)).chain));
  for (const onBehalfOf of [["m3"], "m3", 1, null])
    t.throws(
      () => createVerifier(optionsFor(keys, { onBehalfOf } as unknown as Partial<VerifierOptions>)),
      /onBehalfOf/,
    );
  t.throws(() => createVerifier(optionsFor(keys, { onBehalfOf: true, kind: "credential" })), /kind access alone/);
  const app = Fastify();
  t.teardown(() => app.close());
  await t.rejects(async () => app.register(meshpassVerifier, optionsFor(keys, { onBehalfOf: true })), /requireCaller/);
});
