import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { encode, type Json, now } from "../fake-issuer.ts";

/** A client's key, and what it says of itself; signed with node:crypto, not with the library that checks it. */
export interface ProofKey {
  readonly alg: "ES256" | "EdDSA" | "Ed25519" | "RS256" | "PS256";
  readonly privateKey: KeyObject;
  readonly jwk: Json;
  readonly thumbprint: string;
}

const generate = (alg: ProofKey["alg"]) => {
  if (alg === "ES256") return generateKeyPairSync("ec", { namedCurve: "P-256" });
  return alg.startsWith("Ed") ? generateKeyPairSync("ed25519") : generateKeyPairSync("rsa", { modulusLength: 2_048 });
};

export function createProofKey(alg: ProofKey["alg"] = "ES256"): ProofKey {
  const { privateKey, publicKey } = generate(alg);
  const jwk = publicKey.export({ format: "jwk" }) as Json;
  const ordered = JSON.stringify(Object.fromEntries(Object.entries(jwk).sort(([a], [b]) => (a < b ? -1 : 1))));
  return { alg, privateKey, jwk, thumbprint: createHash("sha256").update(ordered).digest("base64url") };
}

const signInput = ({ alg, privateKey }: ProofKey, input: Buffer): Buffer => {
  if (alg === "ES256") return sign("sha256", input, { key: privateKey, dsaEncoding: "ieee-p1363" });
  if (alg.startsWith("Ed")) return sign(null, input, privateKey);
  return sign("sha256", input, alg === "PS256" ? { key: privateKey, padding: 6, saltLength: 32 } : privateKey);
};

export const hashOf = (token: string): string => createHash("sha256").update(token).digest("base64url");

/** A proof of `key` for `GET https://m2.example/hello`; `claims` and `header` say what is different. */
export function createProof(key: ProofKey, claims: Json = {}, header: Json = {}): string {
  const payload = { jti: randomUUID(), htm: "GET", htu: "https://m2.example/hello", iat: now, ...claims };
  const input = `${encode({ typ: "dpop+jwt", alg: key.alg, jwk: key.jwk, ...header })}.${encode(payload)}`;
  return `${input}.${signInput(key, Buffer.from(input)).toString("base64url")}`;
}
