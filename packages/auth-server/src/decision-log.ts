import { setTimeout as sleep } from "node:timers/promises";
import { HttpError, type Log } from "@meshpass/http-server";

/** One request for a token and what became of it. Names are in the grammar, or undefined. */
export interface DecisionRecord {
  readonly decisionId: string;
  /** ms since 1970. */
  readonly at: number;
  readonly caller: string | undefined;
  readonly target: string | undefined;
  readonly allowed: boolean;
  /** Why it was refused. */
  readonly reason: string | undefined;
  /** Number and line of the map that decided. */
  readonly map: number | undefined;
  readonly line: number | undefined;
  /** The jti of the credential that was shown, and of the token that was asked of the core. */
  readonly credential: string | undefined;
  readonly jti: string | undefined;
  /** Seconds since 1970. */
  readonly expiresAt: number | undefined;
}

export interface DecisionLog {
  /**
   * Takes a record and returns at once while there is room. When the buffer is full it waits for room a little, since
   * a token whose decision is not on record must not exist.
   *
   * @throws HttpError `decisions_unwritable` if no room came.
   */
  record(record: DecisionRecord): Promise<void> | undefined;
  /** Writes what is left, or gives up on it after one try. */
  close(): Promise<void>;
}

interface DecisionLogOptions {
  /** Appends whole lines; a failed call is repeated with the same lines. `at` in ms since 1970. */
  readonly append: (lines: string, at: number) => Promise<void>;
  readonly log: Log;
  readonly clock: () => number;
  readonly capacity?: number;
  /** How long a record waits for room, and how long a failed write waits for its next try, in ms. */
  readonly waitMs?: number;
}

/**
 * A buffer of lines in front of `append`: one write at a time, everything that came meanwhile in the next. Refusals of
 * bad credentials, which anybody can cause, are counted instead of kept once the buffer is half full.
 */
export function createDecisionLog(options: DecisionLogOptions): DecisionLog {
  const { append, log, clock, capacity = 10_000, waitMs = 250 } = options;
  let lines: string[] = [];
  let rolledUp = 0;
  let writing: Promise<void> | undefined;
  let isClosing = false;

  const take = (): string => {
    if (rolledUp > 0) lines.push(JSON.stringify({ at: timeOf(clock()), invalid_credentials_rolled_up: rolledUp }));
    rolledUp = 0;
    const text = `${lines.join("\n")}\n`;
    lines = [];
    return text;
  };
  const appendUntilDone = async (text: string): Promise<void> => {
    for (let tries = 1; ; tries++) {
      try {
        return await append(text, clock());
      } catch (error) {
        if (tries === 1)
          log.error({ cause: (error as Error).message }, "Decisions cannot be written; minting will stop");
        if (isClosing) return;
        await sleep(waitMs);
      }
    }
  };
  const write = async (): Promise<void> => {
    while (lines.length > 0 || rolledUp > 0) await appendUntilDone(take());
    writing = undefined;
  };
  const push = (record: DecisionRecord): void => {
    lines.push(lineOf(record));
    writing ??= Promise.resolve().then(write);
  };
  const pushWhenRoom = async (record: DecisionRecord): Promise<void> => {
    await Promise.race([writing, sleep(waitMs)]);
    if (lines.length >= capacity) throw new HttpError("decisions_unwritable");
    push(record);
  };

  return {
    record: (record) => {
      if (lines.length >= capacity / 2 && record.reason === "invalid_credential") rolledUp += 1;
      else if (lines.length >= capacity) return pushWhenRoom(record);
      else push(record);
      return undefined;
    },
    close: async () => {
      isClosing = true;
      await writing;
    },
  };
}

const timeOf = (ms: number): string => new Date(ms).toISOString();

function lineOf({ decisionId, at, caller, target, allowed, ...rest }: DecisionRecord): string {
  const { reason, map, line, credential, jti, expiresAt } = rest;
  const outcome = { decision_id: decisionId, at: timeOf(at), caller, target, allowed, reason, map, line };
  return JSON.stringify({ ...outcome, credential, jti, expires_at: expiresAt });
}
