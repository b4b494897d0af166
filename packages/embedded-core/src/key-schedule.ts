/** The two lengths of time that decide when a dynamic key is replaced and how long it is published. */
export interface KeyTimes {
  /** After this many milliseconds a dynamic key is replaced. */
  readonly updateIntervalMs: number;
  /** The core's `access_token_validity`; a replaced key stays published for twice as long. */
  readonly tokenValidityMs: number;
}

interface Dated {
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** How long a new key is published before it signs. */
const overlapMs = 60_000;

/** Whether the next dynamic key has to be made, given the newest that there is. */
export const isRotationDue = (newest: Dated | undefined, now: number, { updateIntervalMs }: KeyTimes): boolean =>
  newest === undefined || now + overlapMs > newest.createdAt + updateIntervalMs;

/** Whether a dynamic key is still published, and so still verifies what it signed. */
export const isPublished = (
  { createdAt }: Dated,
  now: number,
  { updateIntervalMs, tokenValidityMs }: KeyTimes,
): boolean => now < createdAt + updateIntervalMs + 2 * tokenValidityMs;

/**
 * The key that signs now: the newest, or the one before it while the newest has not been published for a minute. Undefined
 * if neither may: a key more than a minute over its time would leave the JWKS before tokens that it signs.
 *
 * The real core drops the older key exactly at its time. Here it may sign up to a minute longer, since a key that was
 * generated off the event loop appears a little late and is still owed its minute.
 *
 * @param keys the published dynamic keys, newest first.
 */
export function chooseSigner<Key extends Dated>(keys: readonly Key[], now: number, times: KeyTimes): Key | undefined {
  const maySign = ({ createdAt }: Dated): boolean => now < createdAt + times.updateIntervalMs + overlapMs;
  const [newest, second] = keys;
  if (newest !== undefined && second !== undefined && now < newest.createdAt + overlapMs && maySign(second))
    return second;
  return newest !== undefined && maySign(newest) ? newest : undefined;
}

/** Seconds until the next key will be made, at least 1: how long the JWKS may be cached. */
export const jwksMaxAgeSeconds = (newest: Dated, now: number, { updateIntervalMs }: KeyTimes): number =>
  Math.max(1, Math.floor((newest.createdAt + updateIntervalMs - overlapMs - now) / 1000));
