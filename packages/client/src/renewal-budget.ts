/** So many renewals in a row are none too many: cuts may follow one another within a second. */
const most = 5;

/** One more is granted after each such time, in ms. */
const refillMs = 1_000;

/** Says yes to five renewals at once, and to one more a second after that. `clock` gives ms; one that is set back grants nothing. */
export function createRenewalBudget(clock: () => number): () => boolean {
  let left = most;
  let countedAt = clock();
  return () => {
    const passed = clock() - countedAt;
    left = Math.min(most, left + Math.max(0, passed) / refillMs);
    countedAt = clock();
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
