import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * `write`, one at a time: whoever asks while one is under way, or within the same turn, shares the next. The promise is that
 * of a write which began after it was asked for.
 */
export function writeTogether(write: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  const writeAfter = async (before: Promise<void>): Promise<void> => {
    await before.catch(() => undefined);
    await nextTurn();
    next = undefined;
    await write();
  };
  return () => {
    if (next === undefined) {
      next = writeAfter(last);
      last = next;
    }
    return next;
  };
}
