import { type Cut, type Generation, isOlder } from "@meshpass/protocol";
import type { CutSubject } from "@meshpass/verifier";
import { createQueue } from "../create-queue.ts";
import type { CutStore } from "../store/cut-store.ts";
import { isCut } from "./cut-table.ts";
import { advance, type FeedState, isGap, startOf, toCut, withoutLeft } from "./feed-state.ts";
import { numberFor } from "./map-steps.ts";

/** The feed of cuts, in memory. It follows the store, where others append: the map's worker, operators' commands. */
export interface CutLog {
  /** The place of the last cut, and the running hash there. */
  head(): Generation & { readonly hash: string };
  /** All cuts of this epoch that may still match a token, ascending: a snapshot. */
  live(): readonly Cut[];
  /** The cuts of this epoch after `number`, without gaps; undefined if that is not among the last 10,000, or is none. */
  after(number: number): readonly Cut[] | undefined;
  /**
   * Takes what was appended to the store, and then tells the listeners if there was anything. To be called after each
   * change of the store, and before a map comes into force: what it takes away is cut by then.
   *
   * @throws Error if the store cannot be read or its feed does not add up; the log stays where it was.
   */
  catchUp(): Promise<void>;
  /** Drops the cuts that can match nothing any more at `now` (seconds since 1970), in the store too. */
  forgetLeft(now: number): Promise<void>;
  /** Calls `listener` after each step of the feed, until the function that is returned is called. It must not throw. */
  onAppend(listener: () => void): () => void;
  /**
   * What a token knows of the feed that is decided now on map `mapNumber`: all cuts up to the first one that follows from
   * a newer map.
   */
  generationFor(mapNumber: number): Generation;
  /** Whether a token that was decided at `gen` has been cut since. It looks at nothing else in it, not at its key either. */
  isCut(token: CutSubject, gen: Generation): boolean;
}

/** Reads the feed of `store` once; after that `catchUp` reads what is new. */
export async function createCutLog(store: Pick<CutStore, "feed" | "forgetCuts">): Promise<CutLog> {
  let state = startOf(await store.feed());
  let snapshot: readonly Cut[] = state.live.map(toCut);
  const listeners = new Set<() => void>();
  const inOrder = createQueue();
  const replace = (next: FeedState): void => {
    state = next;
    snapshot = next.live.map(toCut);
  };
  const step = async (): Promise<void> => {
    const reading = await store.feed({ epoch: state.epoch, number: state.head });
    const next = isGap(state, reading) ? startOf(await store.feed()) : advance(state, reading);
    if (next === state) return;
    replace(next);
    for (const listener of listeners) listener();
  };
  return {
    head: () => ({ epoch: state.epoch, number: state.head, hash: state.hash }),
    live: () => snapshot,
    after: (number) => {
      const missing = state.head - number;
      const isRecent = Number.isInteger(number) && missing >= 0 && missing <= state.recent.length;
      return isRecent ? state.recent.slice(state.recent.length - missing) : undefined;
    },
    catchUp: () => inOrder(step),
    forgetLeft: (now) =>
      inOrder(async () => {
        await store.forgetCuts(now);
        replace(withoutLeft(state, now));
      }),
    onAppend: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    generationFor: (mapNumber) => ({
      epoch: state.epoch,
      number: numberFor(state.mapSteps, mapNumber, state.head),
    }),
    // Most tokens know of every cut: nothing is hashed or looked up for them.
    isCut: (token, gen) => isOlder(gen, { epoch: state.epoch, number: state.head }) && isCut(state.table, token, gen),
  };
}
