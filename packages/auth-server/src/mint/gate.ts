/** Too much work waits already. */
export class GateFull extends Error {
  constructor() {
    super("too many calls are waiting");
    this.name = "GateFull";
  }
}

/**
 * Lets at most `maxRunning` pieces of work run at once; up to `maxWaiting` more wait in order, and the next is
 * {@link GateFull}. A place is free again when the work has really ended, not when its caller gave up on it.
 */
export function createGate(maxRunning: number, maxWaiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  const enter = async (): Promise<void> => {
    if (running < maxRunning) running += 1;
    else if (waiting.length >= maxWaiting) throw new GateFull();
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return async (work) => {
    await enter();
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
