/** The two functions of a clock's alarm, so that a test can bring its own time. */
export interface Timers {
  setTimeout(run: () => void, milliseconds: number): { unref?(): unknown };
  clearTimeout(timer: { unref?(): unknown }): void;
}

export const realTimers: Timers = {
  setTimeout: (run, milliseconds) => setTimeout(run, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
