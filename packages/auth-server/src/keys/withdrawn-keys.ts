import type { WithdrawnKey, WithdrawnKeyStore } from "../store/withdrawn-keys.ts";
import { familyOf } from "./family-of.ts";

/** The withdrawn keys of the store, in memory, so that no check of a token waits for it. */
export interface WithdrawnKeys {
  has(kid: string): boolean;
  list(): readonly WithdrawnKey[];
  /** When static keys were withdrawn, in seconds since 1970, the first one first. */
  staticEnds(): readonly number[];
  /** Withdraws a key for good: durable when this resolves, and in force here. Once more changes nothing. */
  add(kid: string): Promise<void>;
  /** Calls `listener`, which must not throw, after each key that was added. Gives the function that ends it. */
  onAdd(listener: () => void): () => void;
}

/** Reads the withdrawn keys of `store`; `clock` gives ms since 1970. */
export async function openWithdrawnKeys(store: WithdrawnKeyStore, clock: () => number): Promise<WithdrawnKeys> {
  const keys = new Map((await store.withdrawnKeys()).map((key) => [key.kid, key]));
  const listeners = new Set<() => void>();
  return {
    has: (kid) => keys.has(kid),
    list: () => [...keys.values()],
    staticEnds: () => [...keys.values()].filter(({ kid }) => familyOf(kid) === "static").map(({ at }) => at),
    add: async (kid) => {
      if (keys.has(kid)) return;
      const key = { kid, at: Math.floor(clock() / 1_000) };
      await store.addWithdrawnKey(key);
      keys.set(kid, key);
      for (const listener of listeners) listener();
    },
    onAdd: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
