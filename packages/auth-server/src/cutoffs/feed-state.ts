import type { Cut } from "@meshpass/protocol";
import { nextHash } from "@meshpass/verifier/feed";
import type { FeedReading } from "../store/cut-store.ts";
import { type CutTable, createCutTable } from "./cut-table.ts";
import { type KeptCut, liveCuts } from "./live-cuts.ts";
import { type MapSteps, noteMapSteps } from "./map-steps.ts";
import { recentNumbers } from "./widen-cuts.ts";

/** The feed as it was at one moment; never changed. */
export interface FeedState {
  readonly epoch: number;
  readonly head: number;
  readonly hash: string;
  /** The last cuts, at most 10,000, without gaps up to the head. */
  readonly recent: readonly Cut[];
  /** All that may still match a token, ascending. */
  readonly live: readonly KeptCut[];
  readonly table: CutTable;
  readonly mapSteps: MapSteps;
}

/** The feed of a reading that holds all that is kept. */
export function startOf({ epoch, head, hash, cuts }: FeedReading): FeedState {
  const gap = cuts.findLastIndex(({ number }, index) => number !== head - (cuts.length - 1 - index));
  const live = liveCuts(cuts);
  return {
    epoch,
    head,
    hash,
    live,
    recent: cuts
      .slice(gap + 1)
      .slice(-recentNumbers)
      .map(toCut),
    table: createCutTable(epoch, live),
    mapSteps: noteMapSteps([], cuts),
  };
}

/** Whether cuts between `state` and `reading` are not in it: of another epoch, or dropped from the store since. */
export const isGap = (state: FeedState, { epoch, head, cuts }: FeedReading): boolean =>
  epoch > state.epoch || (epoch === state.epoch && head > state.head && !isWhole(state, head, cuts));

const isWhole = (state: FeedState, head: number, cuts: readonly Cut[]): boolean =>
  head === state.head + cuts.length && cuts.every(({ number }, index) => number === state.head + 1 + index);

/**
 * The feed after a reading without a gap.
 *
 * @throws Error if the running hash of the reading is not that of its cuts, as it is where the store went back.
 */
export function advance(state: FeedState, { epoch, head, hash, cuts }: FeedReading): FeedState {
  if (epoch !== state.epoch || cuts.reduce(nextHash, state.hash) !== hash) {
    const remedy = "restore the store from a copy, or move it away and issue every credential anew";
    throw new Error(`the feed of cuts in the store does not add up between ${state.head} and ${head}; ${remedy}`);
  }
  if (cuts.length === 0) return state;
  const live = liveCuts([...state.live, ...cuts]);
  return {
    epoch,
    head,
    hash,
    live,
    recent: [...state.recent, ...cuts.map(toCut)].slice(-recentNumbers),
    table: createCutTable(epoch, live),
    mapSteps: noteMapSteps(state.mapSteps, cuts),
  };
}

/** The feed without the cuts that have left at `now`, in seconds since 1970. */
export function withoutLeft(state: FeedState, now: number): FeedState {
  const live = state.live.filter(({ leavesAt = Number.POSITIVE_INFINITY }) => leavesAt > now);
  return live.length === state.live.length ? state : { ...state, live, table: createCutTable(state.epoch, live) };
}

/** A cut as everybody may see it. */
export const toCut = ({ number, ends }: KeptCut): Cut => ({ number, ends });
