import type { KeyFamily, KeyStore, StoredKey } from "./key-store.ts";
import { importSigningKey, type SigningKey } from "./signing-key.ts";

/** The signing keys in memory, as they rest in a store. Every change is stored before anybody can see it. */
export interface KeySet {
  /** The keys of that family, newest first. */
  family(wanted: KeyFamily): SigningKey[];
  find(kid: string): SigningKey | undefined;
  add(key: StoredKey): void;
  /** Sets from when on a key signs, in milliseconds since 1970. */
  schedule(kid: string, signsFrom: number): void;
  remove(kid: string): void;
}

/**
 * Reads the keys of `store`; afterwards only the changes touch it.
 *
 * @throws CoreError `state_unusable` if a stored key is no key.
 */
export function createKeySet(store: KeyStore): KeySet {
  let keys = store.list().map(importSigningKey);
  return {
    family: (wanted) => keys.filter(({ family }) => family === wanted),
    find: (wanted) => keys.find(({ kid }) => kid === wanted),
    add: (key) => {
      store.insert(key);
      keys = [importSigningKey(key), ...keys];
    },
    schedule: (kid, signsFrom) => {
      store.schedule(kid, signsFrom);
      keys = keys.map((key) => (key.kid === kid ? { ...key, signsFrom } : key));
    },
    remove: (kid) => {
      store.remove(kid);
      keys = keys.filter((key) => key.kid !== kid);
    },
  };
}
