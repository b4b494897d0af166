/** One piece of work's limit in time. */
export interface Deadline {
  /** Why the work is over before it is done: its time, the caller's abort, or {@link Deadline.fail}. Undefined until then. */
  readonly over: () => Over | undefined;
  /** Calls `listener` with the reason when it is over; at once if it is already. */
  readonly onOver: (listener: (reason: unknown) => void) => void;
  /** `work`, or a rejection with the reason, whichever comes first. What `work` brings later is ignored. */
  readonly race: <T>(work: Promise<T>) => Promise<T>;
  /** Ends whatever still runs under this deadline. */
  readonly fail: (reason: unknown) => void;
  /** Lets the process end before the time is over, where nothing but this timer would keep it. */
  readonly unref: () => void;
  /** Lets go of the timer and of the caller's signal. */
  readonly end: () => void;
}

interface Over {
  readonly reason: unknown;
}

/** What to tell of work that failed: why `deadline` is over, else what `otherwise` makes of it. */
export function reasonUnder({ over }: Pick<Deadline, "over">, otherwise: () => unknown): unknown {
  const known = over();
  return known === undefined ? otherwise() : known.reason;
}

/**
 * Starts to count. `late` makes the error that the work ends with after `timeoutMs`; a caller's abort ends it with the
 * caller's own reason. The first reason stands.
 *
 * Ours rather than an AbortSignal, which with its listeners is a tenth of what a call costs.
 *
 * @throws TypeError if `caller` is no AbortSignal
 */
export function startDeadline(timeoutMs: number, late: () => Error, caller?: AbortSignal): Deadline {
  if (caller !== undefined && !(caller instanceof AbortSignal)) throw new TypeError("signal must be an AbortSignal");
  let listeners: ((reason: unknown) => void)[] = [];
  let over: Over | undefined;

  function stop(reason: unknown): void {
    if (over !== undefined) return;
    over = { reason };
    end();
    const told = listeners;
    listeners = [];
    for (const listener of told) listener(reason);
  }

  function onOver(listener: (reason: unknown) => void): void {
    if (over === undefined) listeners.push(listener);
    else listener(over.reason);
  }

  const timer = setTimeout(() => stop(late()), timeoutMs);
  const abort = () => stop(caller?.reason);
  function end(): void {
    clearTimeout(timer);
    caller?.removeEventListener("abort", abort);
  }
  if (caller?.aborted) abort();
  else caller?.addEventListener("abort", abort, { once: true });

  return {
    over: () => over,
    onOver,
    race: (work) =>
      new Promise((resolve, reject) => {
        onOver(reject);
        work.then(resolve, reject);
      }),
    fail: stop,
    unref: () => timer.unref(),
    end,
  };
}
