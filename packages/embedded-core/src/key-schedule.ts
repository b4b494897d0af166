/** The two lengths of time that decide when a dynamic key is replaced and how long it is published. */
export interface KeyTimes {
  /** After this many milliseconds a dynamic key is replaced. */
  readonly updateIntervalMs: number;
  /** The core's `access_token_validity`; a replaced key stays published for twice as long. */
  readonly tokenValidityMs: number;
}

/** When a dynamic key begins to sign, in milliseconds since 1970; undefined while it is unscheduled. */
export interface Timed {
  readonly signsFrom: number | undefined;
}

/** A key whose time is set. */
interface Dated extends Timed {
  readonly signsFrom: number;
}

/** How long a new key is published before it signs. */
export const overlapMs = 60_000;

/** Those of `keys` that are scheduled, the last to sign first. */
const listDated = <Key extends Timed>(keys: readonly Key[]): (Key & Dated)[] =>
  keys.filter((key): key is Key & Dated => key.signsFrom !== undefined).toSorted((a, b) => b.signsFrom - a.signsFrom);

/** When a key hands over to the next, if all goes by the schedule. */
const handoverOf = ({ signsFrom }: Dated, { updateIntervalMs }: KeyTimes): number =>
  signsFrom - overlapMs + updateIntervalMs;

/** Whether the next dynamic key has to be made, given all that there are. */
export function isRotationDue(keys: readonly Timed[], now: number, times: KeyTimes): boolean {
  const [last] = listDated(keys);
  return last === undefined || now + overlapMs > handoverOf(last, times);
}

/**
 * Those of `keys`, which are all dynamic keys that there are, that are still published and so verify what they signed. A
 * key that another one replaced before its time leaves as long after that as it would have left after its time.
 */
export function listPublished<Key extends Timed>(keys: readonly Key[], now: number, times: KeyTimes): Key[] {
  const followers = listDated(keys).map(({ signsFrom }) => signsFrom);
  return keys.filter((key) => {
    const { signsFrom } = key;
    if (signsFrom === undefined) return true;
    const replacedAt = followers.findLast((start) => start > signsFrom) ?? Number.POSITIVE_INFINITY;
    return now < Math.min(handoverOf({ signsFrom }, times), replacedAt) + 2 * times.tokenValidityMs;
  });
}

/**
 * The key that signs now: the last one by its time, or the one before it while the last one's time has not come. Undefined
 * if neither may: a key more than a minute over its time would leave the JWKS before tokens that it signs.
 *
 * The real core drops the older key exactly at its time. Here it may sign up to a minute longer, since a key that was
 * generated off the event loop appears a little late and is still owed its minute.
 */
export function chooseSigner<Key extends Timed>(
  keys: readonly Key[],
  now: number,
  times: KeyTimes,
): (Key & Dated) | undefined {
  const maySign = (key: Dated): boolean => now < handoverOf(key, times) + overlapMs;
  const [last, before] = listDated(keys);
  if (last !== undefined && before !== undefined && isBetween(now, before, last) && maySign(before)) return before;
  return last !== undefined && maySign(last) ? last : undefined;
}

const isBetween = (now: number, before: Dated, last: Dated): boolean => now >= before.signsFrom && now < last.signsFrom;

/** The key that is published and has not begun to sign: an unscheduled one, or one that waits for its time. */
export function findNext<Key extends Timed>(keys: readonly Key[], now: number, times: KeyTimes): Key | undefined {
  const after = chooseSigner(keys, now, times)?.signsFrom ?? now;
  return keys.find(({ signsFrom }) => signsFrom === undefined || signsFrom > after);
}

/** Seconds until the next key will be made, at least 1: how long the JWKS may be cached. */
export function jwksMaxAgeSeconds(keys: readonly Timed[], now: number, times: KeyTimes): number {
  const [last] = listDated(keys);
  return last === undefined ? 1 : Math.max(1, Math.floor((handoverOf(last, times) - overlapMs - now) / 1000));
}

/**
 * When a key begins to sign that is to replace all the others now: now, but never before one whose time was set by a clock
 * that has been set back since.
 *
 * @param others the keys that it replaces.
 */
export const startOver = (others: readonly Timed[], now: number): number =>
  Math.max(now, ...listDated(others).map(({ signsFrom }) => signsFrom + 1));
