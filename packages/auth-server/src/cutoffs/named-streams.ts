/** Which instances of services have a stream open. */
export interface NamedStreams {
  /** A stream of this instance begins. Gives the function that is to be called once, when it ends. */
  hold(service: string, instance: string): () => void;
  /** Whether this instance has a stream, or had one within the last 15 s: it may be on its way back, or say goodbye. */
  holds(service: string, instance: string): boolean;
}

const graceMs = 15_000;

/** Of those that ended so many are remembered: more within the grace only says that somebody comes and goes for fun. */
const maxEnded = 10_000;

/** Bounded by the streams that are open, and 10,000. `monotonic` gives ms since whenever, never set back. */
export function createNamedStreams(monotonic: () => number): NamedStreams {
  const open = new Map<string, number>();
  /** When the last stream of a name ended, in that order. */
  const ended = new Map<string, number>();
  const keyOf = (service: string, instance: string): string => `${service} ${instance}`;
  const isOver = (endedAt: number): boolean => monotonic() - endedAt >= graceMs;

  function forgetEnded(): void {
    for (const [key, endedAt] of ended) {
      if (ended.size <= maxEnded && !isOver(endedAt)) return;
      ended.delete(key);
    }
  }

  function release(key: string): void {
    const left = (open.get(key) ?? 0) - 1;
    if (left > 0) return void open.set(key, left);
    open.delete(key);
    ended.delete(key);
    ended.set(key, monotonic());
    forgetEnded();
  }

  return {
    hold: (service, instance) => {
      const key = keyOf(service, instance);
      open.set(key, (open.get(key) ?? 0) + 1);
      return () => release(key);
    },
    holds: (service, instance) => {
      const key = keyOf(service, instance);
      return open.has(key) || !isOver(ended.get(key) ?? Number.NEGATIVE_INFINITY);
    },
  };
}
