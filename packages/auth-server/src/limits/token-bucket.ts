/** A bucket of `burst` tokens, into which `perSecond` come back. Both are above 0. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** What is left of a bucket by which only one number is kept: when it will be full again, in ms. */
export interface Taken {
  readonly fullAt: number;
  /** How long it takes until there is a token, in ms; 0 where one was taken. */
  readonly waitMs: number;
}

/** Of the time that one token takes: so much is forgiven, since sums of fractions are not exact. */
const rounding = 0.01;

/**
 * Takes a token at `now` from the bucket that is full at `fullAt`, if one is in it. A clock that gives no number takes from no
 * bucket; one that was set back empties it, and costs no more than the time in which it fills.
 */
export function takeToken({ perSecond, burst }: Rate, fullAt: number, now: number): Taken {
  const everyMs = 1_000 / perSecond;
  const fillMs = burst * everyMs;
  const next = Math.min(Math.max(fullAt, now), now + fillMs) + everyMs;
  const waitMs = next - now - fillMs;
  return waitMs <= everyMs * rounding ? { fullAt: next, waitMs: 0 } : { fullAt, waitMs };
}
