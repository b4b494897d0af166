import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@meshpass/http-server";

/** Work that has to succeed once before the server is ready, and again every now and then. */
export interface Upkeep {
  /** Whether it has succeeded at least once. */
  isDone(): boolean;
  close(): void;
}

/**
 * Does `work` now, after a failure again every `retryMs`, and after a success every `everyMs`. A failure is logged when
 * it is a new one, and only from the second in a row on: at start the core may need a moment.
 */
export function createUpkeep(options: {
  readonly what: string;
  readonly work: () => Promise<void>;
  readonly log: Log;
  readonly everyMs: number;
  readonly retryMs: number;
}): Upkeep {
  const { what, work, log, everyMs, retryMs } = options;
  const closing = new AbortController();
  let done = false;
  let failures = 0;
  const attempt = async (): Promise<number> => {
    try {
      await work();
      done = true;
      failures = 0;
      return everyMs;
    } catch (error) {
      failures += 1;
      if (failures === 2) log.warn({ what, cause: causeOf(error) }, "This has to be done and fails; trying on");
      return retryMs;
    }
  };
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) await sleep(await attempt(), undefined, { ref: false });
  };
  void run();
  return { isDone: () => done, close: () => closing.abort() };
}

/** The innermost message says what really happened. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause !== undefined) return causeOf(cause);
  return error instanceof Error ? error.message : String(error);
}
