import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@meshpass/http-server";

/** Work that has to succeed once before the server is ready, and again every now and then. */
export interface Upkeep {
  /** Whether it has succeeded at least once. */
  isDone(): boolean;
  /** No work begins after this; what is under way is left to end by itself. */
  close(): void;
}

export interface UpkeepOptions {
  /** What it is, for the log. */
  readonly what: string;
  readonly work: () => Promise<void>;
  readonly log: Log;
  readonly everyMs: number;
  /** The wait after a first failure; it doubles with each further one up to `maxRetryMs`. Defaults 250 and 2,000. */
  readonly retryMs?: number;
  readonly maxRetryMs?: number;
}

/**
 * Does `work` now, after a success again every `everyMs`, and after a failure soon. A failure is logged when it is a new
 * one, and only from the second in a row on: at start the core may need a moment.
 */
export function createUpkeep(options: UpkeepOptions): Upkeep {
  const { what, work, log, everyMs, retryMs = 250, maxRetryMs = 2_000 } = options;
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
      return Math.min(maxRetryMs, retryMs * 2 ** (failures - 1));
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
