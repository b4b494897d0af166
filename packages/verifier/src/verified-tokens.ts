/** Remembers what a token was verified to say, by the exact text of the token. */
export interface VerifiedTokens<Entry> {
  get(token: string): Entry | undefined;
  add(token: string, entry: Entry): void;
  forget(token: string): void;
}

/**
 * A token is looked up by its last characters, and then compared: to hash all of its 700 takes a microsecond. They are
 * random, of a signature or of an opaque token; whoever could make two good tokens that end alike would have them push
 * each other out.
 */
const keyLength = 32;

/** Asked about what is no text, as a caller without types may, it is as if about an empty one. */
const keyOf = (token: unknown): string => (typeof token === "string" ? token.slice(-keyLength) : "");

interface Kept<Entry> {
  readonly token: string;
  readonly entry: Entry;
}

/**
 * A cache of verified tokens that holds at most `size` of them (0 or an even number: an odd one is rounded down).
 *
 * Two generations of half the size each: when the young one is full, the old one is dropped whole. So a cache smaller
 * than its working set costs two look-ups and one insertion, not the upkeep of an order of use, and a token that is
 * shown again stays.
 *
 * Does not check an entry again: whoever reads one must.
 */
export function createVerifiedTokens<Entry>(size: number): VerifiedTokens<Entry> {
  const half = Math.floor(size / 2);
  let young = new Map<string, Kept<Entry>>();
  let old = new Map<string, Kept<Entry>>();

  function keep(key: string, kept: Kept<Entry>): void {
    if (half === 0) return;
    if (young.size >= half && !young.has(key)) {
      old = young;
      young = new Map();
    }
    young.set(key, kept);
  }

  function get(token: string): Entry | undefined {
    const key = keyOf(token);
    const kept = young.get(key);
    if (kept !== undefined && kept.token === token) return kept.entry;
    const aged = old.get(key);
    if (aged === undefined || aged.token !== token) return undefined;
    keep(key, aged);
    return aged.entry;
  }

  function forget(token: string): void {
    young.delete(keyOf(token));
    old.delete(keyOf(token));
  }

  return { get, add: (token, entry) => keep(keyOf(token), { token, entry }), forget };
}
