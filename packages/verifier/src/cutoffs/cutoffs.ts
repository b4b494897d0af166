import type { Caller } from "../caller.ts";
import type { FeedCondition } from "./feed-age.ts";

/** Why a token that is good otherwise is not accepted, on account of what was cut off. */
export type CutRefusal = "cut" | "wrong_gen" | "no_cutoffs_yet" | "cutoffs_stale" | "cutoffs_frozen";

/** How it stands with the feed. */
export interface CutoffsStatus {
  readonly condition: FeedCondition;
  /** How far it has been read; 0 and 0 before the first envelope. */
  readonly epoch: number;
  readonly head: number;
  /** How many cuts are kept. */
  readonly cuts: number;
  /** How old the newest word of the feed is, in seconds; null before the first. */
  readonly ageSeconds: number | null;
  /** How many checks refused, and why, since the start. */
  readonly refused: Readonly<Record<CutRefusal, number>>;
}

/** What has been cut off, as far as this receiver knows, and whether it knows enough to accept a token. */
export interface Cutoffs {
  /**
   * Why a caller whose token is good otherwise must not be let in now; undefined if he may be. `cut` and `wrong_gen`
   * are final for the token, the others pass. `goodAt` is what `version` gave after an earlier check of the same caller
   * that gave undefined: while it has not changed, and the feed is live, nothing is looked up.
   *
   * Does not check the token itself: that is `verify`, which calls this where a verifier has `cutoffs`.
   */
  check(caller: Caller, goodAt?: number): CutRefusal | undefined;
  /** Changes with every cut. */
  version(): number;
  /** Whether there has been a snapshot of the feed since the start. */
  ready(): boolean;
  /** For metrics and operators. */
  status(): CutoffsStatus;
  /** Lets the feed go. What is known serves on and ages; a second later it is no feed any more. */
  close(): void | Promise<void>;
}
