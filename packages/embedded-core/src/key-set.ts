import type { KeyFamily, KeyStore, StoredKey } from "./key-store.ts";
import { importSigningKey, type SigningKey } from "./signing-key.ts";

/** The signing keys in memory, as they rest in a store. */
export interface KeySet {
  /** The keys of that family, newest first. */
  family(wanted: KeyFamily): SigningKey[];
  /** Stores `key` before anybody can see it: a crash loses no key that was seen. */
  add(key: StoredKey): void;
  remove(kid: string): void;
}

/**
 * Reads the keys of `store`; afterwards only `add` and `remove` touch it.
 *
 * @throws CoreError `state_unusable` if a stored key is no key.
 */
export function createKeySet(store: KeyStore): KeySet {
  let keys = store.list().map(importSigningKey);
  return {
    family: (wanted) => keys.filter(({ family }) => family === wanted),
    add: (key) => {
      store.insert(key);
      keys = [importSigningKey(key), ...keys];
    },
    remove: (kid) => {
      store.remove(kid);
      keys = keys.filter((key) => key.kid !== kid);
    },
  };
}
