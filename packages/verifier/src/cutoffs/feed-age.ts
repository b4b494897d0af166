/** `none` before the first envelope; `frozen` while this process may have missed a cut that lies in its own buffers. */
export type FeedCondition = "none" | "live" | "stale" | "frozen";

/** How old the newest word of the feed is. All times in ms of a clock that never steps, but `iat`, in seconds since 1970. */
export interface FeedAge {
  /** A new connection begins: its delay is measured anew. */
  connect(): void;
  /** An envelope was taken. */
  noteEnvelope(iat: number, arrivedAt: number): void;
  /** This process is running: to be called every 100 ms. */
  noteTime(now: number): void;
  /** Before this moment the feed is live; -Infinity while it is not. */
  liveUntil(): number;
  conditionAt(now: number): FeedCondition;
  /** Undefined before the first envelope. */
  ageAt(now: number): number | undefined;
}

/** A process that did not note the time for so long was frozen, in ms. */
const longestSilenceMs = 1_100;
/** An envelope that took longer than this lay in a buffer, and others may lie behind it, in ms. */
const longestLagMs = 1_000;

/**
 * A feed is live while its newest envelope is less than `limitMs` old. How old it is by its sender's clock cannot be told
 * by ours; so the fastest delivery of the last 10 to 20 minutes of this connection counts as immediate, and every other is
 * late by what it took more. (Of all time it cannot be: two clocks drift apart by seconds in a day.) A stream that is held back or played again grows old like a silent one.
 *
 * `now` is when it begins. Does not check what an envelope says.
 */
export function createFeedAge(limitMs: number, now: number): FeedAge {
  /** Our time less the sender's, with the delay of the fastest delivery: of this window and of the one before. */
  let delays = noDelays;
  /** When the newest envelope was made, in our time. */
  let madeAt: number | undefined;
  let notedAt = now;
  let frozen = false;
  let liveUntil = Number.NEGATIVE_INFINITY;

  function noteTime(now: number): void {
    if (now - notedAt > longestSilenceMs) frozen = true;
    notedAt = now;
    setLimit();
  }

  function noteEnvelope(iat: number, arrivedAt: number): void {
    // It may have been read before the timer that is late had its turn.
    if (arrivedAt - notedAt > longestSilenceMs) noteTime(arrivedAt);
    delays = noteDelay(delays, arrivedAt - iat * 1_000, arrivedAt);
    madeAt = iat * 1_000 + Math.min(delays.least, delays.leastBefore);
    if (arrivedAt - madeAt < longestLagMs) frozen = false;
    setLimit();
  }

  function setLimit(): void {
    if (frozen || madeAt === undefined) liveUntil = Number.NEGATIVE_INFINITY;
    else liveUntil = Math.min(madeAt + limitMs, notedAt + longestSilenceMs);
  }

  function conditionAt(now: number): FeedCondition {
    if (madeAt === undefined) return "none";
    if (now - notedAt > longestSilenceMs) frozen = true;
    if (frozen) return "frozen";
    return now - madeAt < limitMs ? "live" : "stale";
  }

  return {
    connect() {
      delays = noDelays;
    },
    noteEnvelope,
    noteTime,
    liveUntil: () => liveUntil,
    conditionAt,
    ageAt: (now) => (madeAt === undefined ? undefined : now - madeAt),
  };
}

interface Delays {
  readonly least: number;
  readonly leastBefore: number;
  readonly windowEndsAt: number;
}

const windowMs = 600_000;
const noDelays: Delays = { least: Infinity, leastBefore: Infinity, windowEndsAt: -Infinity };

function noteDelay({ least, leastBefore, windowEndsAt }: Delays, delay: number, now: number): Delays {
  if (now < windowEndsAt) return { least: Math.min(least, delay), leastBefore, windowEndsAt };
  return { least: delay, leastBefore: least, windowEndsAt: now + windowMs };
}
