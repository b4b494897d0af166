/** Too much work waits already. */
export class GateFull extends Error {
  constructor() {
    super("too many calls are waiting");
    this.name = "GateFull";
  }
}

/** Does `work` when there is a place for it; rejects with the signal's reason if that aborts before there is one. */
export type Gate = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/**
 * Lets at most `maxRunning` pieces of work run at once; up to `maxWaiting` more wait in order, and the next is
 * {@link GateFull}. Who gives up waiting makes room at once; a place is free again only when the work has really ended,
 * not when its caller gave up on it.
 */
export function createGate(maxRunning: number, maxWaiting: number): Gate {
  const waiting = new Set<() => void>();
  let running = 0;
  const leave = (): void => {
    const [next] = waiting;
    if (next === undefined) {
      running -= 1;
      return;
    }
    waiting.delete(next);
    next();
  };
  const wait = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.add(resolve);
      signal.addEventListener("abort", () => waiting.delete(resolve) && reject(signal.reason), { once: true });
    });
  const enter = async (signal: AbortSignal): Promise<void> => {
    if (running < maxRunning) running += 1;
    else if (waiting.size >= maxWaiting) throw new GateFull();
    else await wait(signal);
  };
  return async (work, signal) => {
    await enter(signal);
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
