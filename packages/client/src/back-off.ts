import { ClientError } from "./client-error.ts";

const firstRestMs = 250;
const longestRestMs = 1_000;
const longestRestWithTokenMs = 8_000;

/** The requests that failed since the last one that did not. `spread` is this client's share of jitter, 0.75 to 1.25. */
export interface Failures {
  readonly count: number;
  readonly last: unknown;
  readonly at: number;
  readonly spread: number;
}

export const noFailures: Failures = { count: 0, last: undefined, at: 0, spread: 1 };

/** `failures` and one more, at `at` in milliseconds; `random` is from 0 to 1. */
export const noteFailure = (failures: Failures, last: unknown, at: number, random: number): Failures => ({
  count: failures.count + 1,
  last,
  at,
  spread: 0.75 + random / 2,
});

/**
 * Whether it is too early to ask the auth server again at `now`: 250 ms after the first failure, doubled with each,
 * or as long as it asked for. With a token in hand at most 8 s, without one at most 1 s, so that recovery is quick.
 *
 * Without a token a refusal by the map is asked again at once: an edge that is added must work within a second.
 */
export function isBackingOff({ count, last, at, spread }: Failures, now: number, hasToken: boolean): boolean {
  if (count === 0 || (!hasToken && isRefusal(last))) return false;
  const asked = last instanceof ClientError ? (last.retryAfterSeconds ?? 0) * 1_000 : 0;
  const backOff = Math.max(asked, firstRestMs * 2 ** Math.min(count - 1, 10));
  const sinceMs = now - at;
  // A clock that was set back must not make the rest longer.
  return sinceMs >= 0 && sinceMs < spread * Math.min(backOff, hasToken ? longestRestWithTokenMs : longestRestMs);
}

const isRefusal = (error: unknown): boolean =>
  error instanceof ClientError && (error.code === "unauthorized_target" || error.code === "invalid_target");
