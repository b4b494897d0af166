/** Remembers what a token was verified to say, by the exact text of the token. */
export interface VerifiedTokens<Entry> {
  get(token: string): Entry | undefined;
  add(token: string, entry: Entry): void;
  forget(token: string): void;
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
  let young = new Map<string, Entry>();
  let old = new Map<string, Entry>();

  function add(token: string, entry: Entry): void {
    if (half === 0) return;
    if (young.size >= half && !young.has(token)) {
      old = young;
      young = new Map();
    }
    young.set(token, entry);
  }

  function get(token: string): Entry | undefined {
    const entry = young.get(token);
    if (entry !== undefined) return entry;
    const aged = old.get(token);
    if (aged !== undefined) add(token, aged);
    return aged;
  }

  function forget(token: string): void {
    young.delete(token);
    old.delete(token);
  }

  return { get, add, forget };
}
