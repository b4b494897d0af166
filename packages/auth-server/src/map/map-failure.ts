import type { Log } from "@meshpass/http-server";

/** What can fail though nothing is wrong with the map. */
export type MapStep = "read" | "check" | "store";

/** What stands in the way of the map at present, if anything does. */
export interface MapFailure {
  /** One sentence and the cause; undefined while all is well. */
  current(): string | undefined;
  /** Whether it is time to try again what has failed. */
  isRetryDue(): boolean;
  /** Logs it, unless it is what failed last time; `hasMap` says whether an earlier map is in force. */
  note(step: MapStep, error: NodeJS.ErrnoException, hasMap: boolean): void;
  clear(): void;
}

export interface MapFailureOptions {
  readonly log: Log;
  readonly file: string;
  /** After a failure to read, and a first one to check; checking the same text again doubles it up to a minute. */
  readonly retryMs: number;
  /** After a first failure of the store; it doubles with each further one up to `retryMs`. */
  readonly storeRetryMs: number;
  /** ms on a clock that is never set. Default `performance.now`. */
  readonly elapsed?: () => number;
}

/** A text whose check ends early, for want of memory say, will most likely do so again, at the same cost. In ms. */
const longestRetryMs = 60_000;

const sentences: Readonly<Record<MapStep, string>> = {
  read: "The map file cannot be read; make it readable to this user",
  check: "The map could not be checked; what checks it ended early",
  store: "The map could not be stored, so it is not in force; look at the state folder",
};

const describeMissing = (hasMap: boolean): string =>
  hasMap
    ? "The map file is not there; the last good map stays in force"
    : "The map file is not there, and no map is in force: nobody gets a token until it is";

export function createMapFailure(options: MapFailureOptions): MapFailure {
  const { log, file, retryMs, storeRetryMs, elapsed = () => performance.now() } = options;
  let failure: string | undefined;
  let retryAt = 0;
  let failing: { readonly step: MapStep; readonly times: number } | undefined;
  const waits: Readonly<Record<MapStep, readonly [first: number, longest: number]>> = {
    read: [retryMs, retryMs],
    check: [retryMs, longestRetryMs],
    store: [storeRetryMs, retryMs],
  };
  return {
    current: () => failure,
    isRetryDue: () => failure !== undefined && elapsed() >= retryAt,
    note: (step, { code, message: cause }, hasMap) => {
      const times = failing?.step === step ? failing.times + 1 : 0;
      failing = { step, times };
      const [first, longest] = waits[step];
      retryAt = elapsed() + Math.min(longest, first * 2 ** times);
      const isMissing = step === "read" && code === "ENOENT";
      const sentence = isMissing ? describeMissing(hasMap) : sentences[step];
      const text = isMissing ? sentence : `${sentence}: ${cause}`;
      if (failure !== text) log.error(isMissing ? { file } : { file, cause }, sentence);
      failure = text;
    },
    clear: () => {
      failure = undefined;
      failing = undefined;
    },
  };
}
