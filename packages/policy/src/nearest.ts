// A map may have millions of names, and a hundred unknown ones.
const maxCandidates = 10_000;

/**
 * The one of `candidates` that is at most two slips of the keyboard away from `text`, the closest; else undefined.
 * Looks at the first 10,000.
 */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(3, text.length);
  let tries = 0;
  for (const candidate of candidates) {
    tries += 1;
    if (tries > maxCandidates) break;
    if (Math.abs(candidate.length - text.length) >= bestDistance) continue;
    const found = distance(text, candidate, bestDistance);
    if (found < bestDistance) [best, bestDistance] = [candidate, found];
  }
  return best;
}

/** How many characters must be put in, taken out or exchanged to make `b` of `a` (Levenshtein); `limit` if no fewer. */
function distance(a: string, b: string, limit: number): number {
  // Names of a map may be long and much alike: what they begin with in common costs nothing.
  const common = countCommon(a, b);
  return distanceOfRest(a.slice(common), b.slice(common), limit);
}

function countCommon(a: string, b: string): number {
  let count = 0;
  while (count < a.length && a[count] === b[count]) count += 1;
  return count;
}

function distanceOfRest(a: string, b: string, limit: number): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    let least = i + 1;
    for (let j = 0; j < b.length; j += 1) {
      const exchanged = (row[j] as number) + (a[i] === b[j] ? 0 : 1);
      const cell = Math.min(exchanged, (row[j + 1] as number) + 1, (next[j] as number) + 1);
      next.push(cell);
      least = Math.min(least, cell);
    }
    if (least >= limit) return limit;
    row = next;
  }
  return row[b.length] as number;
}
