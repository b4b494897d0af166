import { maxTokenBytes } from "@meshpass/protocol";
import { type JsonObject, parseJsonObject } from "../json-object.ts";
import { VerifierError } from "../verifier-error.ts";

/** The algorithms that a proof may be signed with: asymmetric ones alone (RFC 9449 section 4.3); RFC 9864 names EdDSA anew. */
export const proofAlgs = ["ES256", "EdDSA", "Ed25519", "RS256", "PS256"] as const;

/** A proof of the right form. Nothing in it was verified. */
export interface DpopProof {
  readonly text: string;
  readonly alg: (typeof proofAlgs)[number];
  /** A public key that fits `alg`, with the members that its thumbprint is made of and no others (RFC 7638). */
  readonly jwk: Readonly<Record<string, string>>;
  readonly jti: string;
  readonly htm: string;
  readonly htu: string;
  /** Seconds since 1970. */
  readonly iat: number;
  readonly ath: unknown;
  readonly nonce: unknown;
}

/**
 * Reads a proof before any key is touched: at most 8,192 bytes, canonical base64url, a header of `typ`, `alg` and `jwk` and
 * nothing else, a public key of a fitting type (RSA of 2,048 to 4,096 bits), and the claims of RFC 9449 section 4.2.
 *
 * @throws VerifierError `proof_malformed`
 */
export function readDpopProof(text: string): DpopProof {
  const [header, payload, signature, ...more] = text.length > maxTokenBytes ? [] : text.split(".");
  if (!header || !payload || !signature || more.length > 0) throw new VerifierError("proof_malformed");
  decode(signature);
  const { typ, alg, jwk, ...others } = readObject(header);
  const known = proofAlgs.find((each) => each === alg);
  if (typ !== "dpop+jwt" || known === undefined || Object.keys(others).length > 0) {
    throw new VerifierError("proof_malformed");
  }
  return { text, alg: known, jwk: readJwk(jwk, known), ...readProofClaims(readObject(payload)) };
}

function readProofClaims({ jti, htm, htu, iat, ath, nonce }: JsonObject) {
  const hasId = typeof jti === "string" && jti.length >= 1 && jti.length <= 128;
  const isTime = Number.isSafeInteger(iat) && Number(iat) >= 0;
  if (!hasId || typeof htm !== "string" || typeof htu !== "string" || !isTime)
    throw new VerifierError("proof_malformed");
  return { jti, htm, htu, iat: iat as number, ath, nonce };
}

/** What a key of each type consists of, and how long each part is in base64url, at least and at most. */
const members: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> = {
  EC: { x: [43, 43], y: [43, 43] },
  OKP: { x: [43, 43] },
  RSA: { e: [4, 4], n: [342, 683] },
};
const kinds = {
  ES256: ["EC", "P-256"],
  EdDSA: ["OKP", "Ed25519"],
  Ed25519: ["OKP", "Ed25519"],
  RS256: ["RSA"],
  PS256: ["RSA"],
} as const;
const harmless: ReadonlySet<string> = new Set(["kty", "crv", "kid", "alg", "use", "key_ops", "ext"]);

function readJwk(jwk: unknown, alg: DpopProof["alg"]): DpopProof["jwk"] {
  const [kty, crv] = kinds[alg];
  const key = (typeof jwk === "object" && jwk !== null ? jwk : {}) as JsonObject;
  const parts = Object.entries(members[kty] ?? {});
  const isOfKind = key.kty === kty && key.crv === crv;
  const isComplete = parts.every(([name, [least, most]]) => isPart(key[name], least, most));
  const isAllThereIs = Object.keys(key).every((name) => harmless.has(name) || parts.some(([part]) => part === name));
  if (!isOfKind || !isComplete || !isAllThereIs) throw new VerifierError("proof_malformed");
  const names = ["crv", "e", "kty", "n", "x", "y"].filter((name) => key[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, key[name] as string]));
}

const isPart = (part: unknown, least: number, most: number): boolean =>
  typeof part === "string" && part.length >= least && part.length <= most && isCanonical(part);

function readObject(part: string): JsonObject {
  const value = parseJsonObject(decode(part));
  if (value === undefined) throw new VerifierError("proof_malformed");
  return value;
}

function decode(part: string): Buffer {
  if (!isCanonical(part)) throw new VerifierError("proof_malformed");
  return Buffer.from(part, "base64url");
}

const isCanonical = (part: string): boolean => Buffer.from(part, "base64url").toString("base64url") === part;
