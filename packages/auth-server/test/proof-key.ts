import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { encode } from "./fake-signer.ts";

/** A key, its thumbprint, and proofs of it for the token endpoint of https://auth.example (RFC 9449 section 4). */
export function createProofKey(clock: () => number) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { crv, kty, x, y } = publicKey.export({ format: "jwk" });
  const jwk = { crv, kty, x, y };
  const thumbprint = createHash("sha256").update(JSON.stringify(jwk)).digest("base64url");
  const prove = (claims: Record<string, unknown> = {}): string => {
    const iat = Math.floor(clock() / 1_000);
    const payload = { jti: randomUUID(), htm: "POST", htu: "https://auth.example/oauth/token", iat, ...claims };
    const input = `${encode({ typ: "dpop+jwt", alg: "ES256", jwk })}.${encode(payload)}`;
    const signature = sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" });
    return `${input}.${signature.toString("base64url")}`;
  };
  return { thumbprint, prove };
}
