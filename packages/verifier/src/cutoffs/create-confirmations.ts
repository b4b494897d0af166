import type { Confirmation } from "@meshpass/protocol";
import type { Timers } from "../timers.ts";
import { withinDeadline } from "../within-deadline.ts";
import { createAlarm } from "./create-alarm.ts";

/** Sends one confirmation; rejects if it did not arrive. */
export type SendConfirmation = (confirmation: Confirmation, signal: AbortSignal) => Promise<void>;

/** Tells the auth server how far this receiver is. */
export interface Confirmations {
  /** Something changed: sends what holds then, now or as soon as the one under way has ended. */
  note(): void;
  /** Says goodbye, for 500 ms at most, and sends nothing any more. Does not reject. */
  leave(): Promise<void>;
}

interface ConfirmationsParts {
  readonly describe: () => Confirmation;
  readonly send: SendConfirmation;
  /** A confirmation did not arrive; the next says all that it said. */
  readonly onFailure: () => void;
  readonly timers: Timers;
}

const paceMs = 10_000;
const deadlineMs = 2_000;
const leaveMs = 500;

/** Confirms whenever there is something new, and every 10 s; one at a time, however fast news comes. */
export function createConfirmations({ describe, send, onFailure, timers }: ConfirmationsParts): Confirmations {
  const nextTurn = createAlarm(timers, () => note());
  let underWay: AbortController | undefined;
  let isDue = false;
  let left = false;

  async function post(confirmation: Confirmation, milliseconds: number): Promise<void> {
    underWay = new AbortController();
    const sent = withinDeadline(
      (signal) => send(confirmation, signal),
      milliseconds,
      underWay,
      timers,
      new Error("late"),
    );
    await sent.catch(onFailure);
    underWay = undefined;
  }

  async function confirm(): Promise<void> {
    while (isDue && !left) {
      isDue = false;
      await post(describe(), deadlineMs);
    }
    if (!left) nextTurn.set(paceMs);
  }

  function note(): void {
    isDue = true;
    if (underWay === undefined && !left) void confirm();
  }

  async function leave(): Promise<void> {
    left = true;
    nextTurn.clear();
    underWay?.abort();
    await post({ ...describe(), leaving: true }, leaveMs);
  }

  return { note, leave };
}
