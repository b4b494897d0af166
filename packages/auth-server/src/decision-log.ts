import { setTimeout as sleep } from "node:timers/promises";
import { HttpError, type Log } from "@meshpass/http-server";
import { type DecisionRecord, renderDecision, renderRollUp } from "./decision-record.ts";

export interface DecisionLog {
  /**
   * Takes a record and returns at once while there is room. When the buffer is full it waits for room a little, since
   * a token whose decision is not on record must not exist.
   *
   * @throws HttpError `decisions_unwritable` if no room came.
   */
  record(record: DecisionRecord): Promise<void> | undefined;
  /** Whether the last try to write failed. */
  isFailing(): boolean;
  /** Writes what is left, or gives up on it after one try. */
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
}

/**
 * A buffer of lines in front of `append`: one write at a time, everything that came meanwhile in the next. Once the
 * buffer is half full refusals, which anybody can cause, are counted by reason instead of kept; allowed ones never are.
 */
export function createDecisionLog(options: DecisionLogOptions): DecisionLog {
  const { append, log, clock, capacity = 10_000, waitMs = 250 } = options;
  let lines: string[] = [];
  let rolledUp = new Map<string, number>();
  let writing: Promise<void> | undefined;
  let isFailing = false;
  let isClosing = false;

  const take = (): string => {
    if (rolledUp.size > 0) lines.push(renderRollUp(rolledUp, clock()));
    const text = `${lines.join("\n")}\n`;
    lines = [];
    rolledUp = new Map();
    return text;
  };
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
  const write = async (): Promise<void> => {
    while (lines.length > 0 || rolledUp.size > 0) {
      const text = take();
      while (!(await appendOnce(text)) && !isClosing) await sleep(waitMs);
    }
    writing = undefined;
  };
  const startWriting = (): void => {
    writing ??= Promise.resolve().then(write);
  };
  const push = (record: DecisionRecord): void => {
    lines.push(renderDecision(record));
    startWriting();
  };
  const rollUp = (reason: string): void => {
    rolledUp.set(reason, (rolledUp.get(reason) ?? 0) + 1);
    startWriting();
  };
  const pushWhenRoom = async (record: DecisionRecord): Promise<void> => {
    await Promise.race([writing, sleep(waitMs)]);
    if (lines.length >= capacity) throw new HttpError("decisions_unwritable");
    push(record);
  };

  return {
    record: (record) => {
      if (!record.allowed && lines.length >= capacity / 2) rollUp(record.reason ?? "");
      else if (lines.length >= capacity) return pushWhenRoom(record);
      else push(record);
      return undefined;
    },
    isFailing: () => isFailing,
    close: async () => {
      isClosing = true;
      await writing;
    },
  };
}
