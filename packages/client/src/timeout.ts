const maxTimeoutMs = 600_000;

/**
 * `value` if it is a time limit: whole milliseconds from 1 to 600,000 (10 minutes).
 *
 * @throws TypeError that names `name` if it is not.
 */
export function checkTimeout(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= maxTimeoutMs) return value;
  throw new TypeError(`${name} must be a whole number of milliseconds from 1 to ${maxTimeoutMs}`);
}
