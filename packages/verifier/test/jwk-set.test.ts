import { generateKeyPairSync } from "node:crypto";
import t from "tap";
import { readJwkSet } from "../src/jwk-set.ts";
import { createOtherKey, createSigningKey, without } from "./fake-issuer.ts";

const { jwk } = createSigningKey("d-1");
const second = createSigningKey("d-2");
const other = second.jwk;
const read = (...keys: unknown[]) => readJwkSet({ keys }, new Map());

t.test("keys that cannot check RS256 signatures are passed over", async (t) => {
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });
  const unusable = {
    "an EC key": { ...ec, kid: "e-1", use: "sig" },
    "use enc": { ...other, use: "enc" },
    "no use": without(other, "use"),
    "another alg": { ...other, alg: "RS512" },
    "alg null": { ...other, alg: null },
    "no kid": without(other, "kid"),
    "an empty kid": { ...other, kid: "" },
    "a kid that is a number": { ...other, kid: 2 },
    "no modulus": without(other, "n"),
    "a modulus that is no base64url": { ...other, n: "!" },
    "an exponent that is a number": { ...other, e: 65_537 },
    "an exponent of 1, under which anything is a signature": { ...other, e: "AQ" },
    "1,024 bits (RFC 8725 3.5)": createSigningKey("d-2", 1_024).jwk,
    "another kty with the members of RSA": { ...other, kty: "rsa" },
  };
  for (const [what, bad] of Object.entries(unusable)) {
    t.same([...read(jwk, bad).keys()], ["d-1"], what);
    t.throws(() => read(bad), { code: "keys_unavailable", reason: "jwks_empty" }, `${what}, and nothing else`);
  }
});

t.test("alg may be absent, and then means RS256 alone (CVE-2026-22817)", async (t) => {
  t.equal(read(without(jwk, "alg")).get("d-1")?.jwk.alg, "RS256");
});

t.test("a secret or private key refuses the whole set (CVE-2026-22818)", async (t) => {
  const symmetric = { kty: "oct", kid: "h-1", k: "c2VjcmV0", alg: "HS256" };
  for (const bad of [
    symmetric,
    without(symmetric, "k"),
    ...["d", "p", "q", "dp", "dq", "qi", "oth", "k"].map((name) => ({ ...other, [name]: "AQ" })),
  ]) {
    t.throws(
      () => read(jwk, bad),
      { code: "keys_unavailable", reason: "jwks_unsafe" },
      JSON.stringify(Object.keys(bad)),
    );
  }
});

t.test("two keys with one kid refuse the whole set", async (t) => {
  t.throws(() => read(jwk, { ...other, kid: "d-1" }), { code: "keys_unavailable", reason: "jwks_ambiguous" });
});

t.test("what is not of the shape of a JWKS is refused", async (t) => {
  for (const value of [
    undefined,
    null,
    7,
    "",
    [],
    {},
    { keys: {} },
    { keys: [null] },
    { keys: ["d-1"] },
    { keys: [[]] },
  ]) {
    t.throws(
      () => readJwkSet(value, new Map()),
      { code: "keys_unavailable", reason: "jwks_malformed" },
      JSON.stringify(value),
    );
  }
});

t.test("a kid that is a name of Object.prototype is just a kid", async (t) => {
  const keys = read(jwk, { ...other, kid: "__proto__" });
  t.equal(keys.get("__proto__")?.kid, "__proto__");
  t.equal(keys.get("constructor"), undefined);
});

t.test("a key that is published unchanged stays the same object, a changed one does not", async (t) => {
  const before = read(jwk, other);
  const after = readJwkSet({ keys: [jwk, { ...other, n: createOtherKey(second).jwk.n }] }, before);
  t.equal(after.get("d-1"), before.get("d-1"));
  t.not(after.get("d-2"), before.get("d-2"));
});
