import { createSign, generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult } from "node:crypto";

/** Of node:crypto, which the check of signatures stands on too: `signatures.test.ts` holds that against other libraries. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Record<string, unknown>;
}

export type Json = Record<string, unknown>;

/** The time in every test that does not bring its own, in seconds since 1970. */
export const now = 1_800_000_000;

/** Making a pair takes a tenth of a second: those of a process come in turn, and no test holds as many as there are. */
const pairs = { made: [] as KeyPairKeyObjectResult[], next: 0, most: 12 };

function nextPair(): KeyPairKeyObjectResult {
  const place = pairs.next++ % pairs.most;
  pairs.made[place] ??= generateKeyPairSync("rsa", { modulusLength: 2_048 });
  return pairs.made[place];
}

export function createSigningKey(kid: string, modulusLength = 2_048): SigningKey {
  const { privateKey, publicKey } =
    modulusLength === 2_048 ? nextPair() : generateKeyPairSync("rsa", { modulusLength });
  const { n, e } = publicKey.export({ format: "jwk" });
  return { kid, privateKey, publicKey, jwk: { kty: "RSA", kid, n, e, alg: "RS256", use: "sig" } };
}

/** Another key with the kid of `key`: the pairs come round, so that the next one may be its own again. */
export function createOtherKey(key: Pick<SigningKey, "kid" | "jwk">): SigningKey {
  const other = createSigningKey(key.kid);
  return other.jwk.n === key.jwk.n ? createSigningKey(key.kid) : other;
}

/** `part` as base64url: text and bytes as they are, anything else as JSON. */
export function encode(part: unknown): string {
  const bytes = typeof part === "string" || Buffer.isBuffer(part) ? part : JSON.stringify(part);
  return Buffer.from(bytes as string).toString("base64url");
}

/** A token of any header and payload with a right signature, as RS256 unless `hash` says otherwise. */
export function signRaw(key: SigningKey, header: unknown, payload: unknown, hash = "RSA-SHA256"): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createSign(hash).update(input).sign(key.privateKey).toString("base64url")}`;
}

export const headerOf = (key: SigningKey): Json => ({ kid: key.kid, typ: "JWT", alg: "RS256" });

export const signToken = (key: SigningKey, payload: unknown): string => signRaw(key, headerOf(key), payload);

export const accessClaims: Json = Object.freeze({
  iat: now,
  exp: now + 300,
  iss: "auth-server",
  sub: "m1",
  aud: "m2",
  jti: "jti-1",
  token_use: "access",
  map: 7,
  gen: "1.0",
});

/** Of m1, which calls m2 on behalf of m3. */
export const delegatedClaims: Json = Object.freeze({
  ...accessClaims,
  sub: "m3",
  client_id: "m1",
  act: { sub: "m1" },
  parents: [{ jti: "jti-0", kid: "d-1" }],
  token_use: "delegated",
});

export const credentialClaims: Json = Object.freeze({
  iat: now,
  exp: now + 86_400,
  iss: "auth-server",
  sub: "m1",
  aud: "auth-server",
  jti: "jti-2",
  token_use: "credential",
});

export const operatorClaims: Json = Object.freeze({
  iat: now,
  exp: now + 3_600,
  iss: "auth-server",
  sub: "operator:jane",
  aud: "meshpass:operator",
  jti: "jti-3",
  token_use: "operator",
  role: "edit",
});

/** What R1's curl makes: 100 years, and nothing but what the core adds to iss, sub and aud. */
export const bareCredentialClaims: Json = Object.freeze({
  iat: now,
  exp: now + 3_153_600_000,
  iss: "auth-server",
  sub: "m1",
  aud: "auth-server",
});

export function without(claims: Json, name: string): Json {
  const { [name]: _, ...rest } = claims;
  return rest;
}
