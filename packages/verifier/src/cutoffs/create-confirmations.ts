import type { Confirmation } from "@meshpass/protocol";
import type { Timers } from "../timers.ts";
import { withinDeadline } from "../within-deadline.ts";
import { createAlarm } from "./create-alarm.ts";

/** Sends one confirmation; rejects if it did not arrive. */
export type SendConfirmation = (confirmation: Confirmation, signal: AbortSignal) => Promise<void>;

/** Tells the auth server how far this receiver is. */
export interface Confirmations {
  /** Something changed: sends what holds then, at once or 0.1 s after the one before. */
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
const restMs = 100;
const deadlineMs = 2_000;
const leaveMs = 500;

/** Confirms whenever there is something new, and every 10 s; one at a time and ten a second at most, however fast news comes. */
export function createConfirmations({ describe, send, onFailure, timers }: ConfirmationsParts): Confirmations {
  const rest = createAlarm(timers, endRest);
  const nextTurn = createAlarm(timers, note);
  let underWay = new AbortController();
  let isBusy = false;
  let isDue = false;
  let left = false;

  async function post(confirmation: Confirmation, milliseconds: number): Promise<void> {
    underWay = new AbortController();
    const sendIt = (signal: AbortSignal) => send(confirmation, signal);
    await withinDeadline(sendIt, milliseconds, underWay, timers, new Error("late")).catch(onFailure);
  }

  async function confirm(): Promise<void> {
    isBusy = true;
    isDue = false;
    nextTurn.clear();
    await post(describe(), deadlineMs);
    if (!left) rest.set(restMs);
  }

  function endRest(): void {
    isBusy = false;
    if (isDue) void confirm();
    else nextTurn.set(paceMs - restMs);
  }

  function note(): void {
    isDue = true;
    if (!isBusy && !left) void confirm();
  }

  async function leave(): Promise<void> {
    left = true;
    rest.clear();
    nextTurn.clear();
    underWay.abort();
    await post({ ...describe(), leaving: true }, leaveMs);
  }

  return { note, leave };
}
