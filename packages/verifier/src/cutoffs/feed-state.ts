import type { Cut, CutoffsEnvelope } from "@meshpass/protocol";
import { firstHash, nextHash } from "./feed-hash.ts";

/** How far the feed has been read. */
export interface FeedState {
  readonly epoch: number;
  readonly head: number;
  /** The running hash at the newest heads that are known, the one at `head` last. */
  readonly hashes: ReadonlyMap<number, string>;
}

/**
 * What an envelope does: it is taken, with those of its cuts that are new; it is a lagging replica's, to be ignored; or it
 * does not fit what was read.
 */
export type FeedStep =
  | { readonly outcome: "taken"; readonly state: FeedState; readonly cuts: readonly Cut[] }
  | { readonly outcome: "behind" | "feed_gap" | "feed_forked" | "feed_went_back" };

/** A replica that lags by more cuts than this can no longer be told from a fork, and is ignored either way. */
const maxHashes = 256;

/**
 * The step from `state` (undefined before the first envelope) by an envelope whose signature, shape and times are good.
 * The highest epoch wins and begins with a snapshot. Within it the head never goes back, and one head has one hash.
 *
 * A snapshot with a higher head is taken on its signature alone: what is not in it cannot be hashed.
 */
export function stepFeed(state: FeedState | undefined, envelope: CutoffsEnvelope): FeedStep {
  const { epoch, head, hash, after } = envelope;
  if (state === undefined || epoch > state.epoch) return startEpoch(envelope);
  if (epoch < state.epoch) return { outcome: "feed_went_back" };
  if (isContradicted(state.hashes, head, hash)) return { outcome: "feed_forked" };
  if (head < state.head) return { outcome: "behind" };
  if (after === undefined) return take(state, envelope, new Map(state.hashes).set(head, hash), envelope.cuts);
  return after > state.head ? { outcome: "feed_gap" } : followDelta(state, envelope);
}

function startEpoch({ epoch, head, hash, after, cuts }: CutoffsEnvelope): FeedStep {
  if (after !== undefined) return { outcome: "feed_gap" };
  const hashes = new Map([[0, firstHash(epoch)]]);
  if (isContradicted(hashes, head, hash)) return { outcome: "feed_forked" };
  return { outcome: "taken", state: { epoch, head, hashes: hashes.set(head, hash) }, cuts };
}

function isContradicted(hashes: FeedState["hashes"], head: number, hash: string): boolean {
  const known = hashes.get(head);
  return known !== undefined && known !== hash;
}

/** Cuts that were read before are passed over: only what the hash stands for counts. */
function followDelta(state: FeedState, envelope: CutoffsEnvelope): FeedStep {
  const cuts = envelope.cuts.filter(({ number }) => number > state.head);
  const hashes = new Map(state.hashes);
  let last = hashes.get(state.head) as string;
  for (const cut of cuts) {
    last = nextHash(last, cut);
    hashes.set(cut.number, last);
  }
  return last === envelope.hash ? take(state, envelope, hashes, cuts) : { outcome: "feed_forked" };
}

function take(
  { epoch }: FeedState,
  { head }: CutoffsEnvelope,
  hashes: FeedState["hashes"],
  cuts: readonly Cut[],
): FeedStep {
  return { outcome: "taken", state: { epoch, head, hashes: new Map([...hashes].slice(-maxHashes)) }, cuts };
}
