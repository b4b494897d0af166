import t from "tap";
import { fitsKey } from "../../src/credentials/algorithms.ts";
import type { ClientJwk, KeptCredential } from "../../src/credentials/kept-credential.ts";
import { findSigningKey } from "../../src/oauth/find-signing-key.ts";

const key: ClientJwk = { kty: "EC", kid: "k1", crv: "P-256", x: "x", y: "y" };
const credential = (more: Partial<KeptCredential>) => ({ service: "m1", jti: "1", ...more }) as KeptCredential;

/** Of a client that has `credentials`: why nobody is known, and which keys a signature was checked with. */
async function find(credentials: readonly KeptCredential[], alg = "ES256", kid?: string) {
  const checked: ClientJwk[] = [];
  const dependencies = {
    registry: {
      credentialsOf: () => credentials,
      refusalOfKept: ({ jti }: KeptCredential) => (jti === "ended" ? "revoked" : undefined),
    },
    isSignedBy: async (one: ClientJwk) => checked.push(one) === 0,
  } as Parameters<typeof findSigningKey>[0];
  const found = await findSigningKey(dependencies, "m1", { text: "x.y.z", alg, kid, claims: {} });
  return { reason: "refused" in found ? found.refused.reason : "", checked };
}

t.test("one signature is checked whether there is such a client, such a key, or neither", async (t) => {
  const mine = credential({ publicKey: key });
  for (const [reason, credentials, alg, kid] of [
    ["unknown_client", [], "ES256"],
    ["no_fitting_key", [credential({ secretHash: "00" })], "ES256"],
    ["no_fitting_key", [mine], "RS256"],
    ["no_fitting_key", [mine], "EdDSA"],
    ["unknown_kid", [mine], "ES256", "k2"],
    ["no_good_key", [credential({ jti: "ended", publicKey: key })], "ES256"],
    ["bad_signature", [mine], "ES256"],
  ] as const) {
    const { reason: why, checked } = await find(credentials, alg, kid);
    t.equal(why, reason);
    t.equal(checked.length, 1, reason);
    t.ok(
      checked.every((one) => fitsKey(alg, one)),
      "with a key that the algorithm is for",
    );
    t.equal(checked[0] === key, reason === "bad_signature");
  }
});
