import t from "tap";
import { begin, claimsOf, createClients, createEcKey, createEdKey, signAssertion } from "../oauth/client-bench.ts";

t.test("a key is kept as its public half, and listed by its kid", async (t) => {
  const { keyOf, memory, listOf } = await createClients(t);
  const key = createEcKey();
  const made = await keyOf("m1", key);
  const { kid, jti, expiresAt } = made;
  t.strictSame(made, { type: "key", clientId: "m1", kid, jti, service: "m1", expiresAt });
  t.equal(expiresAt, begin + 90 * 86_400);
  t.strictSame((await memory.store.credentials())[0]?.publicKey, { ...key.publicKey.export({ format: "jwk" }), kid });
  t.match(listOf("m1"), [{ jti, type: "key", kid, revokedAt: undefined }]);
  t.notOk("publicKey" in (listOf("m1")[0] ?? {}));
});

t.test("a service has at most four good keys, each of them once; a revoked one may come back", async (t) => {
  const { keyOf, assert, registry } = await createClients(t);
  const keys = [createEdKey(), createEdKey(), createEdKey(), createEdKey()];
  const made = [];
  for (const key of keys) made.push(await keyOf("m1", key));
  const [first, last] = [keys[0], keys[3]];
  if (first === undefined || last === undefined) return t.fail("there are four");
  await t.rejects(keyOf("m1", first), { code: "known_key" });
  await t.rejects(keyOf("m1", createEdKey()), { code: "too_many_client_keys" });
  await keyOf("m2", first);
  t.match(await assert(signAssertion(last, claimsOf("m1"))), { value: { credential: made[3]?.jti } });
  await registry.revoke(made[0]?.jti ?? "");
  t.match(await assert(signAssertion(first, claimsOf("m1"))), { refused: { reason: "bad_signature" } });
  const again = await keyOf("m1", first);
  t.equal(again.kid, made[0]?.kid);
  t.match(await assert(signAssertion(first, claimsOf("m1"))), { value: { credential: again.jti } });
  t.equal(await registry.cut("m1"), 4);
  t.match(await assert(signAssertion(first, claimsOf("m1"))), { refused: { reason: "no_good_key" } });
});
