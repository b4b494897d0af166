import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@meshpass/http-server";

/** Work that has to succeed once before the server is ready, and again every now and then. */
export interface Upkeep {
  /** Whether it has succeeded at least once. */
  isDone(): boolean;
  /** Does the work soon rather than in its turn: at once, or right after what is under way. */
  hurry(): void;
  /** No work begins after this; resolves when what is under way has ended. */
  close(): Promise<void>;
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
 * Does `work` now, after a success again every `everyMs`, and after a failure soon. A failure is logged when its cause is
 * another than that of the line before, and only from the second in a row on: at start the core may need a moment. That it
 * works again is logged once.
 */
export function createUpkeep(options: UpkeepOptions): Upkeep {
  const { what, work, log, everyMs, retryMs = 250, maxRetryMs = 2_000 } = options;
  const closing = new AbortController();
  let done = false;
  let failures = 0;
  let logged: string | undefined;
  let waiting = new AbortController();
  const noteSuccess = (): void => {
    if (logged !== undefined) log.warn({ what }, "This works again");
    logged = undefined;
    failures = 0;
    done = true;
  };
  const noteFailure = (error: unknown): void => {
    failures += 1;
    const { kind, message } = causeOf(error);
    if (failures === 1 || kind === logged) return;
    log.warn({ what, cause: message }, "This has to be done and fails; trying on");
    logged = kind;
  };
  const attempt = async (): Promise<number> => {
    try {
      await work();
      noteSuccess();
      return everyMs;
    } catch (error) {
      noteFailure(error);
      return Math.min(maxRetryMs, retryMs * 2 ** (failures - 1));
    }
  };
  const wait = (ms: number): Promise<void> =>
    sleep(ms, undefined, { ref: false, signal: waiting.signal }).catch(() => undefined);
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      waiting = new AbortController();
      const ms = await attempt();
      if (!closing.signal.aborted) await wait(ms);
    }
  };
  const ended = run();
  const close = (): Promise<void> => {
    closing.abort();
    waiting.abort();
    return ended;
  };
  return { isDone: () => done, hurry: () => waiting.abort(), close };
}

/** The innermost error says what really happened. By its code where it has one: the message may name a new file each time. */
function causeOf(error: unknown): { readonly kind: string; readonly message: string } {
  if (!(error instanceof Error)) return { kind: String(error), message: String(error) };
  if (error.cause !== undefined) return causeOf(error.cause);
  const { message, code = message } = error as NodeJS.ErrnoException;
  return { kind: code, message };
}
