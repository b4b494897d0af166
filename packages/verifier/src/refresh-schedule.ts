import type { Timers } from "./timers.ts";

/** What a schedule needs to know; `random` gives 0 up to 1. */
interface Schedule {
  readonly refreshSeconds: number;
  readonly load: () => Promise<unknown>;
  readonly isReady: () => boolean;
  readonly random: () => number;
  readonly timers: Timers;
}

/**
 * Loads at once, and then every `refreshSeconds`, a tenth more or less, so that many receivers do not come in step. While
 * there are no keys at all it tries after 1, 2, 4 ... seconds instead, so that it does not matter who starts first.
 * Nothing that a token says moves this schedule: it is what finds a new key while unknown ones are flooding in.
 *
 * Does not keep the process alive. Gives the function that ends it.
 */
export function startRefreshing({ refreshSeconds, load, isReady, random, timers }: Schedule): () => void {
  let stopped = false;
  let timer: ReturnType<Timers["setTimeout"]> | undefined;
  let triesWithoutKeys = 0;

  function nextDelay(): number {
    const seconds = isReady() ? refreshSeconds : Math.min(refreshSeconds, 2 ** triesWithoutKeys++);
    return seconds * 1_000 * (0.9 + 0.2 * random());
  }

  async function run(): Promise<void> {
    // A failure is the loader's to report, and the next round's to mend.
    await load().catch(() => undefined);
    if (stopped) return;
    timer = timers.setTimeout(() => void run(), nextDelay());
    timer.unref?.();
  }

  void run();
  return () => {
    stopped = true;
    if (timer !== undefined) timers.clearTimeout(timer);
  };
}
