import type { ClientJwk } from "./kept-credential.ts";

/**
 * The algorithms in which an assertion may be signed with each type of key (RFC 7518 section 3.1, RFC 8037 section 3.1; the
 * second name of EdDSA is that of RFC 9864).
 */
const algorithms: Readonly<Record<ClientJwk["kty"], readonly string[]>> = {
  RSA: ["RS256", "PS256"],
  EC: ["ES256"],
  OKP: ["EdDSA", "Ed25519"],
};

/** All of them. */
export const assertionAlgs: readonly string[] = Object.values(algorithms).flat();

/** Whether assertions in any key's algorithm `alg` are taken. */
export const isKnownAlgorithm = (alg: unknown): alg is string => typeof alg === "string" && assertionAlgs.includes(alg);

/**
 * The type of the keys that sign in `alg`.
 *
 * @throws TypeError for one that is not known here
 */
export function typeOf(alg: string): ClientJwk["kty"] {
  const types = Object.keys(algorithms) as ClientJwk["kty"][];
  const found = types.find((type) => algorithms[type].includes(alg));
  if (found === undefined) throw new TypeError("no such algorithm");
  return found;
}

/** Whether this key may sign in `alg`: no key is ever used for another type's algorithm (RFC 8725 section 3.1). */
export const fitsKey = (alg: string, key: Pick<ClientJwk, "kty" | "alg">): boolean =>
  algorithms[key.kty].includes(alg) && (key.alg === undefined || key.alg === alg);
