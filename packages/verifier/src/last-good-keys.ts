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
  /** Whether `kid` was among them once and is no more; the last 100 such kids are known. */
  isGone(kid: string): boolean;
  /** How long ago they were loaded, in seconds; undefined where there are none. */
  ageSeconds(): number | undefined;
  /** Why there are none, where `get` gives undefined. */
  describeLack(): VerifierError;
  onChange(listener: () => void): () => void;
}

const mostGone = 100;

export function createLastGoodKeys(clock: () => number, staleSeconds: number): LastGoodKeys {
  const listeners = new Set<() => void>();
  const gone = new Set<string>();
  let last: LoadedKeys | undefined;
  let loadedAt = 0;

  function accept(jwks: unknown): void {
    const known: KeySet = last?.set ?? new Map();
    const set = readJwkSet(jwks, known);
    last = { set, jwks: Object.freeze({ keys: Object.freeze([...set.values()].map(({ jwk }) => jwk)) }) };
    loadedAt = clock();
    noteGone(known, set);
    const changed = known.size !== set.size || [...set.values()].some((key) => known.get(key.kid) !== key);
    if (changed) for (const listener of listeners) listener();
  }

  function noteGone(before: KeySet, now: KeySet): void {
    for (const kid of before.keys()) if (!now.has(kid)) gone.add(kid);
    for (const kid of now.keys()) gone.delete(kid);
    for (const kid of [...gone].slice(0, -mostGone)) gone.delete(kid);
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
    isGone: (kid) => gone.has(kid),
    ageSeconds: () => (get() === undefined ? undefined : ageSeconds()),
    describeLack: () => new VerifierError(last === undefined ? "keys_missing" : "keys_stale"),
    onChange,
  };
}
