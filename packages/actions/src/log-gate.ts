import type { ActionLog } from "./actions.ts";
import { printable } from "./printable.ts";

const linesPerSecond = 5;
const burst = 10;

/**
 * Lets at most 5 lines a second through to `onLog`, 10 at once, each of them safe to print and 200 characters at most.
 * The line that comes through after some that did not says how many those were.
 */
export function createLogGate(onLog: (line: ActionLog) => void, monotonic: () => number): (line: ActionLog) => void {
  let left = burst;
  let filledAt = monotonic();
  let omitted = 0;
  return ({ action, text }) => {
    const now = monotonic();
    left = Math.min(burst, left + ((now - filledAt) / 1_000) * linesPerSecond);
    filledAt = now;
    if (left < 1) {
      omitted += 1;
      return;
    }
    left -= 1;
    const before = omitted === 0 ? "" : `(${omitted} lines left out) `;
    omitted = 0;
    onLog({ action, text: printable(`${before}${text}`) });
  };
}
