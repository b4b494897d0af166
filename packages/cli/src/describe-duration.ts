const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** A length of time in its two largest units, rounded down: `4 min 48 s`, `3 h`, `0 s`. Less than nothing is nothing. */
export const describeDuration = (seconds: number): string => partsOf(seconds).join(" ");

/** The same in its largest unit alone: `4 min`. */
export const describeRoughly = (seconds: number): string => partsOf(seconds)[0];

function partsOf(seconds: number): [string, ...string[]] {
  const whole = Math.max(0, Math.floor(seconds));
  const first = units.findIndex(([, size]) => whole >= size);
  const [unit, size] = units[first] ?? ["s", 1];
  const [nextUnit, nextSize] = units[first + 1] ?? ["s", 1];
  const next = Math.floor((whole % size) / nextSize);
  const largest = `${Math.floor(whole / size)} ${unit}`;
  return next === 0 ? [largest] : [largest, `${next} ${nextUnit}`];
}
