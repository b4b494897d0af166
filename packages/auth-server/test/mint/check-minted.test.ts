import { createKeys } from "@meshpass/verifier";
import t, { type Test } from "tap";
import { checkMinted } from "../../src/mint/check-minted.ts";
import { createFakeKey, createFakeSigner, signClaims } from "../fake-signer.ts";
import { until } from "../until.ts";

const signer = createFakeSigner();
const requested = { iss: "auth-server", sub: "m1", aud: "m2", iat: 1, exp: 2, jti: "a", token_use: "access", map: 1 };

async function startKeys(t: Test, load: () => Promise<unknown> = () => signer.jwks()) {
  const keys = createKeys({ load });
  t.teardown(() => keys.close());
  await until(() => keys.ready());
  return keys;
}

t.test("a token with the claims that were asked for, by the key that was asked for, passes", async (t) => {
  const keys = await startKeys(t);
  await checkMinted(signClaims(signer.staticKey, requested), requested, "static", keys);
  await checkMinted(signClaims(signer.rotatingKey, requested), requested, "rotating", keys);
});

t.test("a token by the other family of keys does not", async (t) => {
  const keys = await startKeys(t);
  const unavailable = { code: "core_unavailable" };
  await t.rejects(checkMinted(signClaims(signer.staticKey, requested), requested, "rotating", keys), unavailable);
  await t.rejects(checkMinted(signClaims(signer.rotatingKey, requested), requested, "static", keys), unavailable);
});

t.test("a token whose signature does not fit, or that is none, does not", async (t) => {
  const keys = await startKeys(t);
  const forged = signClaims(createFakeKey(signer.staticKey.kid), requested);
  for (const token of [forged, "", "a.b.c", `${signClaims(signer.staticKey, requested)}=`]) {
    await t.rejects(checkMinted(token, requested, "static", keys), { code: "core_unavailable" });
  }
});

t.test("a value of another type is another value", async (t) => {
  const keys = await startKeys(t);
  for (const lie of [{ iat: "1" }, { map: true }, { aud: ["m2"] }, { jti: null }]) {
    const token = signClaims(signer.staticKey, { ...requested, ...lie });
    await t.rejects(checkMinted(token, requested, "static", keys), { code: "core_unavailable" }, JSON.stringify(lie));
  }
});

t.test("a key that is not known is looked for once, and then unknown", async (t) => {
  let loads = 0;
  const keys = await startKeys(t, async () => {
    loads += 1;
    return signer.jwks();
  });
  const token = signClaims(createFakeKey("s-new"), requested);
  // The verifier's own look for an unknown kid, and one past its cool-down.
  await t.rejects(checkMinted(token, requested, "static", keys), { code: "core_key_unknown" });
  t.equal(loads, 3);
  await t.rejects(checkMinted(token, requested, "static", keys), { code: "core_key_unknown" });
  t.equal(loads, 4);
});

t.test("keys that cannot be read when one is looked for are the core's failure", async (t) => {
  let isUp = true;
  const keys = await startKeys(t, () => (isUp ? signer.jwks() : Promise.reject(new Error("down"))));
  isUp = false;
  const token = signClaims(createFakeKey("s-new"), requested);
  await t.rejects(checkMinted(token, requested, "static", keys), { code: "core_unavailable" });
});
