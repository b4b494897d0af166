import type { Timers } from "./timers.ts";

/**
 * What `load` gives, unless `abort` is aborted first, which a timer does after `milliseconds`, with `late`: then it rejects at once
 * with the signal's reason, whether or not `load` heeds its signal. (The timers of HTTP libraries are too coarse to be a
 * deadline.)
 */
export function withinDeadline<T>(
  load: (signal: AbortSignal) => Promise<T>,
  milliseconds: number,
  abort: AbortController,
  timers: Timers,
  late: Error,
): Promise<T> {
  const { signal } = abort;
  const timer = timers.setTimeout(() => abort.abort(late), milliseconds);
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  const loaded = (async () => await load(signal))();
  return Promise.race([loaded, aborted]).finally(() => timers.clearTimeout(timer));
}
