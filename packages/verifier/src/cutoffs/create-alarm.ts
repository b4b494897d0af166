import type { Timers } from "../timers.ts";

/** Something that runs once, some time from now. Does not keep the process alive. */
export interface Alarm {
  /** Sets it to `milliseconds` from now, in place of what it was set to. */
  set(milliseconds: number): void;
  clear(): void;
}

export function createAlarm(timers: Timers, run: () => void): Alarm {
  let timer: ReturnType<Timers["setTimeout"]> | undefined;
  const clear = () => {
    if (timer !== undefined) timers.clearTimeout(timer);
    timer = undefined;
  };
  return {
    set(milliseconds) {
      clear();
      timer = timers.setTimeout(run, milliseconds);
      timer.unref?.();
    },
    clear,
  };
}
