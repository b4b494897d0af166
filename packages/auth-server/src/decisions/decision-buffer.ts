import { HttpError } from "@meshpass/http-server";
import {
  type DecisionRecord,
  type OutcomeRecord,
  renderDecision,
  renderOutcome,
  renderRollUp,
} from "./decision-record.ts";

/** Lines to write, and how many records stand in them. */
export interface Batch {
  readonly text: string;
  readonly records: number;
  /** Whether refusals were counted instead of kept: a flood, and no reason to write more often than now and then. */
  readonly isFlooded: boolean;
}

/** So many refusals of callers that nobody knows, or that ask too often, are kept in a second; more are counted by reason. */
const cheapPerSecond = 100;

/** Decisions on their way to the disk: so many, and no more. */
export interface DecisionBuffer {
  /**
   * Takes a record, at once while there is room; else the promise resolves when it has been taken. Who waits gets room
   * in the order of arrival.
   *
   * @throws HttpError `decisions_unwritable` if no room came in time, or as many wait already as the buffer holds.
   */
  add(record: DecisionRecord | OutcomeRecord): Promise<void> | undefined;
  /** Everything that is in it, which makes room; undefined if nothing is. `at` in ms since 1970. */
  take(at: number): Batch | undefined;
  /** Whether the next record has to wait. */
  isFull(): boolean;
  /** Refuses everybody who waits for room. */
  refuseWaiting(): void;
}

interface Waiter {
  enter(): void;
  refuse(): void;
}

/**
 * Refusals are what anybody can cause: once the buffer is half full, and beyond a budget for each second where not even
 * the caller is known or it has been told to wait, they are counted by reason instead of kept. Other records never are. `waitMs` is how long a record waits for room.
 */
export function createDecisionBuffer(capacity: number, waitMs: number): DecisionBuffer {
  const waiting = new Set<Waiter>();
  let lines: string[] = [];
  let rolledUp = new Map<string, number>();
  const isWithinBudget = createBudget(cheapPerSecond);

  const hasRoom = () => lines.length < capacity;
  const push = (record: DecisionRecord | OutcomeRecord): void =>
    void lines.push("outcome" in record ? renderOutcome(record) : renderDecision(record));
  const rollUp = (reason: string): void => void rolledUp.set(reason, (rolledUp.get(reason) ?? 0) + 1);
  const pushWhenRoom = (record: DecisionRecord | OutcomeRecord): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        waiting.delete(waiter);
      };
      const enter = (): void => {
        leave();
        push(record);
        resolve();
      };
      const refuse = (): void => {
        leave();
        reject(new HttpError("decisions_unwritable"));
      };
      const waiter = { enter, refuse };
      const timer = setTimeout(refuse, waitMs);
      if (waiting.size < capacity) waiting.add(waiter);
      else refuse();
    });

  return {
    add: (record) => {
      if (isRefusal(record) && (lines.length >= capacity / 2 || (isCheap(record) && !isWithinBudget())))
        rollUp(record.reason ?? "");
      else if (!hasRoom()) return pushWhenRoom(record);
      else push(record);
      return undefined;
    },
    take: (at) => {
      const refusals = [...rolledUp.values()].reduce((sum, count) => sum + count, 0);
      const taken = refusals === 0 ? lines : [...lines, renderRollUp(rolledUp, at)];
      const records = lines.length + refusals;
      lines = [];
      rolledUp = new Map();
      for (const waiter of waiting) if (hasRoom()) waiter.enter();
      return taken.length === 0 ? undefined : { text: `${taken.join("\n")}\n`, records, isFlooded: refusals > 0 };
    },
    isFull: () => !hasRoom(),
    refuseWaiting: () => {
      for (const waiter of waiting) waiter.refuse();
    },
  };
}

/** Whether a refusal is one of many, that nobody reads one by one. */
const isCheap = ({ caller, limited = false }: DecisionRecord): boolean => caller === undefined || limited;

const isRefusal = (record: DecisionRecord | OutcomeRecord): record is DecisionRecord =>
  "allowed" in record && !record.allowed;

/** Says yes `perSecond` times a second. */
function createBudget(perSecond: number): () => boolean {
  let endsAt = 0;
  let left = 0;
  return () => {
    const now = performance.now();
    if (now >= endsAt) [endsAt, left] = [now + 1_000, perSecond];
    left -= 1;
    return left >= 0;
  };
}
