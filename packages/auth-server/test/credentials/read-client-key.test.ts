import { generateKeyPairSync, type KeyObject } from "node:crypto";
import t from "tap";
import { fitsKey } from "../../src/credentials/algorithms.ts";
import { readClientKey } from "../../src/credentials/read-client-key.ts";

const pemOf = (key: KeyObject): string => String(key.export({ type: "spki", format: "pem" }));
const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).publicKey;
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
const ed = generateKeyPairSync("ed25519");

t.test("RFC 7638 3.1: the kid of a key is its thumbprint, from whatever form it comes", async (t) => {
  const n =
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj" +
    "hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQ" +
    "vRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzK" +
    "nqDKgw";
  const example = { kty: "RSA", n, e: "AQAB", alg: "RS256", kid: "2011-04-29" };
  const kid = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
  t.strictSame(await readClientKey(example), { kty: "RSA", n, e: "AQAB", kid, alg: "RS256" });
  t.equal((await readClientKey(JSON.stringify(example))).kid, kid);
  for (const key of [rsa, ec, ed.publicKey]) {
    const jwk = key.export({ format: "jwk" });
    const fromPem = await readClientKey(pemOf(key));
    t.strictSame(fromPem, await readClientKey(jwk as Record<string, unknown>));
    t.strictSame(fromPem, { ...jwk, kid: fromPem.kid });
  }
});

t.test("RFC 7518 3.3 and 3.4: a key that is too small, too large, or of another kind is refused", async (t) => {
  const { n } = rsa.export({ format: "jwk" });
  for (const [name, key] of Object.entries({
    "1024 bits": pemOf(generateKeyPairSync("rsa", { modulusLength: 1_024 }).publicKey),
    "16384 bits": { kty: "RSA", n: Buffer.alloc(2_048, 0xff).toString("base64url"), e: "AQAB" },
    "exponent 3": { kty: "RSA", n, e: "Aw" },
    "exponent 1": { kty: "RSA", n, e: "AQ" },
    "a huge exponent": { kty: "RSA", n, e: n },
    "RSA-PSS": pemOf(generateKeyPairSync("rsa-pss", { modulusLength: 2_048 }).publicKey),
    "P-384": pemOf(generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey),
    secp256k1: pemOf(generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey),
    Ed448: pemOf(generateKeyPairSync("ed448").publicKey),
    X25519: pemOf(generateKeyPairSync("x25519").publicKey),
    "a point off the curve": { ...ec.export({ format: "jwk" }), x: Buffer.alloc(32, 1).toString("base64url") },
    "for encryption": { ...ec.export({ format: "jwk" }), use: "enc" },
    "for another algorithm": { ...ec.export({ format: "jwk" }), alg: "RS256" },
    "for no algorithm": { ...rsa.export({ format: "jwk" }), alg: ["RS256"] },
    "members of another type": { kty: "EC", crv: "P-256", x: 1, y: {} },
    "no members": { kty: "RSA" },
    "no type": { n, e: "AQAB" },
    "a name of Object's": { kty: "__proto__", alg: "constructor" },
    nonsense: "nonsense",
    "a broken PEM": pemOf(rsa).replace("MIIB", "AAAA"),
  })) {
    await t.rejects(readClientKey(key as string), { code: "unsuitable_key" }, name);
  }
});

t.test("a private key is refused as one, and no word of it is in the error", async (t) => {
  const pem = String(ed.privateKey.export({ type: "pkcs8", format: "pem" }));
  const jwk = ed.privateKey.export({ format: "jwk" });
  for (const key of [pem, jwk as Record<string, unknown>, JSON.stringify(jwk), { kty: "oct", k: "c2VjcmV0" }]) {
    const error = await readClientKey(key).catch((thrown: Error) => thrown);
    t.match(error, { code: "private_key" });
    t.notMatch(String(error), new RegExp(`${jwk.d}|BEGIN`));
  }
});

t.test("an algorithm that a JWK names is the only one that is taken", async (t) => {
  const pinned = await readClientKey({ ...rsa.export({ format: "jwk" }), alg: "PS256" });
  t.same(
    ["RS256", "PS256", "ES256"].filter((alg) => fitsKey(alg, pinned)),
    ["PS256"],
  );
  const open = await readClientKey(pemOf(rsa));
  t.same(
    ["RS256", "PS256", "ES256", "EdDSA"].filter((alg) => fitsKey(alg, open)),
    ["RS256", "PS256"],
  );
});
