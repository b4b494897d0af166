import type { Timers } from "../timers.ts";

/** One alarm, set for one thing at a time. */
export interface Alarm {
  /** Calls `ring` once in `ms`, and nothing that it was set for before. */
  set(ms: number, ring: () => void): void;
  clear(): void;
  isSet(): boolean;
}

/** So that what has arrived by then is read first: this process may have been busy for longer than the other. */
const graceMs = 5;

export function createAlarm(timers: Timers): Alarm {
  let timer: ReturnType<Timers["setTimeout"]> | undefined;

  function clear(): void {
    if (timer !== undefined) timers.clearTimeout(timer);
    timer = undefined;
  }

  function set(ms: number, ring: () => void): void {
    clear();
    const finish = (): void => {
      timer = undefined;
      ring();
    };
    timer = timers.setTimeout(() => {
      timer = timers.setTimeout(finish, graceMs);
    }, ms);
  }

  return { set, clear, isSet: () => timer !== undefined };
}
