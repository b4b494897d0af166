import { type KeySet, type PublicJwk, readJwkSet } from "./jwk-set.ts";
import { VerifierError } from "./verifier-error.ts";

/** The keys of one load, both to check with and to publish. */
interface LoadedKeys {
  readonly set: KeySet;
  readonly jwks: { readonly keys: readonly PublicJwk[] };
}

/** The keys that were loaded last, for as long as they may serve. */
export interface LastGoodKeys {
  /** Puts the keys of a JWKS in force, or throws VerifierError and changes nothing. */
  accept(jwks: unknown): void;
  /** Undefined before the first load, and once the last one is older than the keys may serve. */
  get(): LoadedKeys | undefined;
  /** How long ago they were loaded, in seconds; undefined where there are none. */
  ageSeconds(): number | undefined;
  /** Why there are none, where `get` gives undefined. */
  describeLack(): VerifierError;
  onChange(listener: () => void): () => void;
}

export function createLastGoodKeys(clock: () => number, staleSeconds: number): LastGoodKeys {
  const listeners = new Set<() => void>();
  let last: LoadedKeys | undefined;
  let loadedAt = 0;

  function accept(jwks: unknown): void {
    const known: KeySet = last?.set ?? new Map();
    const set = readJwkSet(jwks, known);
    last = { set, jwks: Object.freeze({ keys: Object.freeze([...set.values()].map(({ jwk }) => jwk)) }) };
    loadedAt = clock();
    const changed = known.size !== set.size || [...set.values()].some((key) => known.get(key.kid) !== key);
    if (changed) for (const listener of listeners) listener();
  }

  function onChange(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  const ageSeconds = () => (clock() - loadedAt) / 1_000;
  const get = () => (ageSeconds() <= staleSeconds ? last : undefined);

  return {
    accept,
    get,
    ageSeconds: () => (get() === undefined ? undefined : ageSeconds()),
    describeLack: () => new VerifierError(last === undefined ? "keys_missing" : "keys_stale"),
    onChange,
  };
}
