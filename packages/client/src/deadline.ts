/** One piece of work's limit in time. */
export interface Deadline {
  /** Aborts when the time is over, when the caller aborts, or when {@link Deadline.fail} is called. */
  readonly signal: AbortSignal;
  /** `work`, or a rejection with the signal's reason, whichever comes first. What `work` brings later is ignored. */
  readonly race: <T>(work: Promise<T>) => Promise<T>;
  /** Aborts whatever still runs under this deadline. */
  readonly fail: (reason: unknown) => void;
  /** Lets the process end before the time is over, where nothing but this timer would keep it. */
  readonly unref: () => void;
  /** Lets go of the timer and of the caller's signal. */
  readonly end: () => void;
}

/**
 * Starts to count. `late` makes the error that the work ends with after `timeoutMs`; a caller's abort ends it with the
 * caller's own reason.
 *
 * The race is our own because undici heeds a signal only once it is connected, and its timers go by the half second.
 */
export function startDeadline(timeoutMs: number, late: () => Error, caller?: AbortSignal): Deadline {
  const controller = new AbortController();
  const { signal } = controller;
  const over = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  over.catch(() => {});

  const timer = setTimeout(() => controller.abort(late()), timeoutMs);
  const abort = () => controller.abort(caller?.reason);
  const end = () => {
    clearTimeout(timer);
    caller?.removeEventListener("abort", abort);
  };
  signal.addEventListener("abort", end, { once: true });
  if (caller?.aborted) abort();
  else caller?.addEventListener("abort", abort, { once: true });

  return {
    signal,
    race: (work) => Promise.race([work, over]),
    fail: (reason) => controller.abort(reason),
    unref: () => timer.unref(),
    end,
  };
}
