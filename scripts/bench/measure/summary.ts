/** The middle one of `values`, or the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** The smallest of `values` that at least the share `part` (0 to 1) of them does not exceed. NaN of none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

/** Between which values the middle half of `values` lies: what a single disturbed round cannot move. */
export const spreadOf = (values: readonly number[]): readonly [number, number] => [
  percentile(values, 0.25),
  percentile(values, 0.75),
];
