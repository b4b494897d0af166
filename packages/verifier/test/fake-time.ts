import type { Timers } from "../src/index.ts";
import { now } from "./fake-issuer.ts";

/** Time that passes only when it is told to, and the timers that stand on it. */
export interface FakeTime {
  readonly clock: () => number;
  /** Milliseconds that have passed. */
  readonly monotonic: () => number;
  readonly timers: Timers;
  /** Lets `seconds` pass, firing what falls due in order; the work that this starts has settled when it resolves. */
  advance(seconds: number): Promise<void>;
  /** Lets `seconds` pass in which nothing runs, as in a process that is stopped; what fell due is late. */
  freeze(seconds: number): void;
  /** Sets the clock by `seconds`, without time passing. */
  jump(seconds: number): void;
  /** How many timers are set. */
  waiting(): number;
}

interface Alarm {
  readonly at: number;
  readonly run: () => void;
}

export function createFakeTime(): FakeTime {
  const alarms = new Set<Alarm>();
  let elapsed = 0;
  let offset = now * 1_000;

  const timers: Timers = {
    setTimeout(run, milliseconds) {
      const alarm = { at: elapsed + milliseconds, run };
      alarms.add(alarm);
      return alarm as object;
    },
    clearTimeout: (alarm) => void alarms.delete(alarm as Alarm),
  };

  async function advance(seconds: number): Promise<void> {
    await settle();
    const until = elapsed + seconds * 1_000;
    for (;;) {
      const [next] = [...alarms].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      alarms.delete(next);
      elapsed = Math.max(elapsed, next.at);
      next.run();
      await settle();
    }
    elapsed = Math.max(elapsed, until);
    await settle();
  }

  return {
    clock: () => elapsed + offset,
    monotonic: () => elapsed,
    freeze: (seconds) => {
      elapsed += seconds * 1_000;
    },
    timers,
    advance,
    jump: (seconds) => {
      offset += seconds * 1_000;
    },
    waiting: () => alarms.size,
  };
}

/** Until what can be done without time passing is done. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
