import { setTimeout as sleep } from "node:timers/promises";
import type { MapSource } from "./map-source.ts";

/** What is watched while work is done on it. */
interface Watch {
  readonly source: MapSource;
  /** The print of `source` when the work began. */
  readonly fingerprint: string;
  /** How often the print is looked at, in ms. */
  readonly pollMs: number;
  /** Aborting it ends the work, too. */
  readonly signal: AbortSignal;
}

/**
 * Does `work`, and ends it by the signal that it is given as soon as the print of the source is another. Undefined if
 * that ended it. A source that has no print at the moment, since it is gone say, has nothing newer and ends nothing.
 */
export async function endWhenChanged<Result>(
  watch: Watch,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> {
  const changed = new AbortController();
  const over = new AbortController();
  void waitForChange(watch, over.signal).then(
    () => changed.abort(),
    () => undefined,
  );
  try {
    return await work(AbortSignal.any([watch.signal, changed.signal]));
  } catch (error) {
    if (changed.signal.aborted) return undefined;
    throw error;
  } finally {
    over.abort();
  }
}

async function waitForChange({ source, fingerprint, pollMs }: Watch, signal: AbortSignal): Promise<void> {
  let latest = fingerprint;
  while (latest === fingerprint) {
    await sleep(pollMs, undefined, { ref: false, signal });
    latest = await source.fingerprint().catch(() => fingerprint);
  }
}
