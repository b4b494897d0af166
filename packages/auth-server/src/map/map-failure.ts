import type { Log } from "@meshpass/http-server";

/** What can fail though nothing is wrong with the map. */
export type MapStep = "read" | "check" | "store";

/** What stands in the way of the map at present, if anything does. */
export interface MapFailure {
  /** One sentence and the cause; undefined while all is well. */
  current(): string | undefined;
  /** Whether it is time to try again what has failed. */
  isRetryDue(): boolean;
  /** Logs it, unless it is what failed last time. */
  note(step: MapStep, cause: string): void;
  clear(): void;
}

export interface MapFailureOptions {
  readonly log: Log;
  readonly file: string;
  readonly retryMs: number;
  /** After a first failure of the store; it doubles with each further one up to `retryMs`. */
  readonly storeRetryMs: number;
}

const sentences: Readonly<Record<MapStep, string>> = {
  read: "The map file cannot be read; make it readable to this user",
  check: "The map could not be checked; what checks it ended early",
  store: "The map could not be stored, so it is not in force; look at the state folder",
};

export function createMapFailure({ log, file, retryMs, storeRetryMs }: MapFailureOptions): MapFailure {
  let failure: string | undefined;
  let retryAt = 0;
  let notStored = 0;
  return {
    current: () => failure,
    isRetryDue: () => failure !== undefined && performance.now() >= retryAt,
    note: (step, cause) => {
      notStored = step === "store" ? notStored + 1 : 0;
      const waitMs = step === "store" ? Math.min(retryMs, storeRetryMs * 2 ** (notStored - 1)) : retryMs;
      retryAt = performance.now() + waitMs;
      const text = `${sentences[step]}: ${cause}`;
      if (failure !== text) log.error({ file, cause }, sentences[step]);
      failure = text;
    },
    clear: () => {
      failure = undefined;
      notStored = 0;
    },
  };
}
