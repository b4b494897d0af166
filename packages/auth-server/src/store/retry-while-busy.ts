import { setTimeout as sleep } from "node:timers/promises";

/** SQLite's code for a database in which another connection is writing; the upper bits say more. */
const busy = 5;

const everyMs = 25;

/**
 * What `work` gives, which is done again for `withinMs` while another connection holds the database. The waiting is done
 * outside of SQLite, so that this thread does other things meanwhile.
 *
 * @throws whatever `work` throws in the end
 */
export async function retryWhileBusy<T>(work: () => Promise<T>, withinMs = 1_000): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= end) throw error;
    }
    await sleep(everyMs);
  }
}

const isBusy = (error: unknown): boolean => (Number((error as { errcode?: unknown }).errcode) & 0xff) === busy;
