import { createPublicKey, type KeyObject } from "node:crypto";
import { VerifierError } from "./verifier-error.ts";

/** A public key as it is published: public members only. */
export interface PublicJwk {
  readonly kty: "RSA";
  readonly kid: string;
  readonly n: string;
  readonly e: string;
  readonly alg: "RS256";
  readonly use: "sig";
}

/** A key that signatures are checked with. The object stays the same for as long as the key is published unchanged. */
export interface VerificationKey {
  readonly kid: string;
  readonly jwk: PublicJwk;
  readonly publicKey: KeyObject;
}

/** The usable keys of a JWKS by kid, in the order in which they are published. */
export type KeySet = ReadonlyMap<string, VerificationKey>;

const privateMembers = ["k", "d", "p", "q", "dp", "dq", "qi", "oth"];
const minModulusBits = 2_048;
const usualExponent = 65_537n;

/**
 * The usable keys in `value`, a parsed JWKS (RFC 7517): RSA of at least 2,048 bits, `use` sig, `alg` RS256 or absent, a
 * kid. A key of any other sort is passed over, as RFC 7517 section 5 asks. A key that `known` already has is taken over
 * from there.
 *
 * @throws VerifierError `keys_unavailable`, and the whole set is refused, if it is not of the shape of a JWKS, holds
 * anything secret or private, two usable keys with one kid, or no usable key.
 */
export function readJwkSet(value: unknown, known: KeySet): KeySet {
  const listed = isObject(value) ? value.keys : undefined;
  if (!Array.isArray(listed) || !listed.every(isObject)) throw new VerifierError("jwks_malformed");
  if (listed.some(isSecret)) throw new VerifierError("jwks_unsafe");
  const keys = new Map<string, VerificationKey>();
  for (const jwk of listed) {
    const key = readKey(jwk, known);
    if (key === undefined) continue;
    if (keys.has(key.kid)) throw new VerifierError("jwks_ambiguous");
    keys.set(key.kid, key);
  }
  if (keys.size === 0) throw new VerifierError("jwks_empty");
  return keys;
}

type Unread = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Unread =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSecret = (jwk: Unread): boolean => jwk.kty === "oct" || privateMembers.some((name) => Object.hasOwn(jwk, name));

function readKey({ kty, kid, n, e, alg, use }: Unread, known: KeySet): VerificationKey | undefined {
  const fits = kty === "RSA" && use === "sig" && (alg === undefined || alg === "RS256");
  if (!fits || typeof kid !== "string" || kid === "" || typeof n !== "string" || typeof e !== "string")
    return undefined;
  const same = known.get(kid);
  if (same?.jwk.n === n && same.jwk.e === e) return same;
  const publicKey = readRsa(n, e);
  const jwk = Object.freeze({ kty, kid, n, e, alg: "RS256", use } as const);
  return publicKey === undefined ? undefined : Object.freeze({ kid, jwk, publicKey });
}

/** Node reads any text as a number; what is no number of ours falls here. An exponent of 1 would let anything pass. */
function readRsa(n: string, e: string): KeyObject | undefined {
  const key = createPublicKey({ key: { kty: "RSA", n, e }, format: "jwk" });
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  return modulusLength >= minModulusBits && publicExponent >= usualExponent ? key : undefined;
}
