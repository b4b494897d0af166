import type { Cut, Generation } from "@meshpass/protocol";
import { firstHash, nextHash } from "@meshpass/verifier/feed";

/** A log of cuts without a store, that keeps the last `kept` for those who come back. */
export function createFakeLog(epoch = 7, kept = 3) {
  const listeners = new Set<() => void>();
  let place: Generation & { readonly hash: string } = { epoch, number: 0, hash: firstHash(epoch) };
  let cuts: readonly Cut[] = [];
  return {
    head: () => place,
    live: () => cuts,
    after: (number: number) => (place.number - number <= kept ? cuts.slice(number) : undefined),
    onAppend: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    append: (...ends: readonly string[]): void => {
      for (const one of ends) {
        const cut = { number: place.number + 1, ends: one };
        cuts = [...cuts, cut];
        place = { epoch: place.epoch, number: cut.number, hash: nextHash(place.hash, cut) };
      }
      for (const listener of listeners) listener();
    },
    startEpoch: (next: number): void => {
      cuts = [];
      place = { epoch: next, number: 0, hash: firstHash(next) };
      for (const listener of listeners) listener();
    },
    listeners,
  };
}
