import type { Keys } from "../keys.ts";

/** Loads the keys anew as soon as the feed says that they have changed; until that succeeds, with each envelope. */
export function createKeysWatch(keys: Pick<Keys, "refresh">): { note(mark: string | undefined): void } {
  let loadedFor: string | undefined;
  let isLoading = false;

  async function load(mark: string): Promise<void> {
    isLoading = true;
    try {
      await keys.refresh();
      loadedFor = mark;
    } catch {
      // The keys report their own failures, and the next envelope tries again.
    } finally {
      isLoading = false;
    }
  }

  return {
    note(mark) {
      if (mark === undefined || mark === loadedFor || isLoading) return;
      // The first mark is of the keys that were just loaded for the start.
      if (loadedFor === undefined) loadedFor = mark;
      else void load(mark);
    },
  };
}
