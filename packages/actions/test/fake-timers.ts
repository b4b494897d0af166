import type { Timers } from "../src/timers.ts";

interface Alarm {
  readonly at: number;
  readonly run: () => void;
}

/** Time that passes only when it is told to. */
export function createFakeTimers() {
  const alarms = new Set<Alarm>();
  let now = 0;

  const timers: Timers = {
    setTimeout: (run, milliseconds) => {
      const alarm = { at: now + milliseconds, run };
      alarms.add(alarm);
      return alarm as object;
    },
    clearTimeout: (timer) => void alarms.delete(timer as Alarm),
  };

  /** Lets `milliseconds` pass, and everything run that is due by then and after it. */
  async function pass(milliseconds: number): Promise<void> {
    const end = now + milliseconds;
    for (;;) {
      const [next] = [...alarms].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      alarms.delete(next);
      now = Math.max(now, next.at);
      next.run();
      await new Promise(setImmediate);
    }
    now = end;
    await new Promise(setImmediate);
  }

  return { timers, pass, monotonic: () => now, pending: () => alarms.size };
}
