import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@meshpass/http-server";
import { type Batch, createDecisionBuffer } from "./decision-buffer.ts";
import type { DecisionRecord, OutcomeRecord } from "./decision-record.ts";

export interface DecisionLog {
  /**
   * Takes a record and returns at once while there is room. When the buffer is full it waits its turn a little, since a
   * token whose decision is not on record must not exist.
   *
   * @throws HttpError `decisions_unwritable` if no room came.
   */
  record(record: DecisionRecord | OutcomeRecord): Promise<void> | undefined;
  /** Whether the last try to write failed. */
  isFailing(): boolean;
  /** Writes what is left, or gives up on it after one try and says in one line of the log how many records that were. */
  close(): Promise<void>;
}

export interface DecisionLogOptions {
  /** Appends whole lines or nothing; a failed call is repeated with the same lines. `at` in ms since 1970. */
  readonly append: (lines: string, at: number) => Promise<void>;
  readonly log: Log;
  /** ms since 1970. */
  readonly clock: () => number;
  /** How many records wait at most, besides those that are being written. Default 10,000. */
  readonly capacity?: number;
  /** How long a record waits for room, and how long a failed write waits for its next try, in ms. Default 250. */
  readonly waitMs?: number;
  /** What comes within this long is written at once, in ms: a write costs more than a decision. Default 20. */
  readonly gatherMs?: number;
}

/** While refusals are counted instead of kept, their numbers are written this far apart, in ms. */
const floodedMs = 100;

/** A buffer in front of `append`: one write at a time, everything that came since the last in the next. */
export function createDecisionLog(options: DecisionLogOptions): DecisionLog {
  const { append, log, clock, capacity = 10_000, waitMs = 250, gatherMs = 20 } = options;
  const buffer = createDecisionBuffer(capacity, waitMs);
  let writing: Promise<void> | undefined;
  let lost = 0;
  let isFailing = false;
  let isClosing = false;
  const pause = createPause(gatherMs);

  const appendOnce = async (text: string): Promise<boolean> => {
    try {
      await append(text, clock());
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.error({ cause: (error as Error).message }, "Decisions cannot be written; minting will stop");
      isFailing = true;
    }
    return !isFailing;
  };
  const write = async ({ text, records }: Batch): Promise<void> => {
    while (!(await appendOnce(text))) {
      if (isClosing) {
        lost += records;
        return;
      }
      await sleep(waitMs);
    }
  };
  const writeAll = async (): Promise<void> => {
    await pause.take();
    for (let batch = buffer.take(clock()); batch !== undefined; batch = buffer.take(clock())) {
      await write(batch);
      if (isClosing || buffer.isFull()) continue;
      await (batch.isFlooded ? sleep(floodedMs) : pause.take());
    }
    writing = undefined;
  };

  return {
    record: (record) => {
      const waiting = buffer.add(record);
      if (waiting !== undefined) pause.end();
      writing ??= Promise.resolve().then(writeAll);
      return waiting;
    },
    isFailing: () => isFailing,
    close: async () => {
      isClosing = true;
      pause.end();
      buffer.refuseWaiting();
      await writing;
      if (lost > 0) log.error({ lost }, "Decisions could not be written before the end and are lost");
    },
  };
}

/** A pause that can be ended before its time. */
function createPause(ms: number) {
  let end = (): void => undefined;
  const take = (): Promise<void> | undefined =>
    ms === 0
      ? undefined
      : new Promise((resolve) => {
          const timer = setTimeout(resolve, ms);
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
  return { take, end: () => end() };
}
