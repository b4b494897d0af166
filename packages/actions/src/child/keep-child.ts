import type { ActionLog } from "../actions.ts";
import { ActionsError, type ActionsErrorCode } from "../actions-error.ts";
import { createDeferred } from "../deferred.ts";
import type { Timers } from "../timers.ts";
import { createAlarm } from "./alarm.ts";
import { type ChildMessage, type ChildVerdict, readMessage } from "./read-message.ts";
import type { Child, StartChild } from "./start-child.ts";

/** What {@link keepChild} starts, and whom it tells what. None of these may throw. */
export interface ChildKeeping {
  /** The names of the actions that the child runs. */
  readonly actions: readonly string[];
  readonly start: StartChild;
  readonly timers: Timers;
  readonly onReady: () => void;
  /** False if this answer cannot come now. */
  readonly onAnswer: (id: number, verdict: ChildVerdict) => boolean;
  readonly onLog: (line: ActionLog) => void;
  /** It has ended: what it ran will have no answer. If it is kept on, another one is started. */
  readonly onDeath: (error: ActionsError) => void;
  /** The same, of one that had not been told to end. */
  readonly onRestart: (why: string) => void;
}

/** A process that is there until it is stopped. */
export interface KeptChild {
  /** Resolves once it has loaded the actions; rejects if the first one does not. */
  readonly ready: Promise<void>;
  /** Whether it can be sent something now. */
  isReady(): boolean;
  send(line: string): void;
  /** Kills this one, with what those that it ran for will be told. */
  kill(code: ActionsErrorCode, message: string): void;
  /** Kills it for good; resolves once it has ended. */
  stop(): Promise<void>;
}

const loadLimitMs = 10_000;
const firstBackOffMs = 100;
const longestBackOffMs = 5_000;
/** Between two answers. Actions cannot say more by themselves. */
const maxLogs = 100;

/**
 * Keeps a process for one set of actions: starts it, hears what it says, and starts another when it has ended: at once if
 * it had answered something, else ever later, from 0.1 to 5 s. What the child says is held to what it may say.
 */
export function keepChild(keeping: ChildKeeping): KeptChild {
  const names = new Set(keeping.actions);
  const alarm = createAlarm(keeping.timers);
  const loaded = createDeferred<void>();
  const ended = createDeferred<void>();
  let child: Child | undefined;
  let cause: ActionsError | undefined;
  let isReady = false;
  let isKept = false;
  let deaths = 0;
  let logs = 0;

  function begin(): void {
    cause = undefined;
    logs = 0;
    alarm.set(loadLimitMs, () => kill("invalid_action", `The actions did not load within ${loadLimitMs} ms.`));
    child = keeping.start({ onLine: hear, onEnd: bury });
  }

  function kill(code: ActionsErrorCode, message: string): void {
    isReady = false;
    cause = new ActionsError(code, message);
    child?.kill();
  }

  function hear(line: string): void {
    if (cause !== undefined) return;
    const message = readMessage(line, names);
    if (message === undefined || !heed(message))
      kill("bad_answer", "The process of the actions said what is no answer.");
  }

  /** Whether this may come now. */
  function heed(message: ChildMessage): boolean {
    logs = message.kind === "log" ? logs + 1 : 0;
    if (message.kind === "log") keeping.onLog({ action: message.action, text: message.text });
    if (message.kind === "log") return logs <= maxLogs;
    if (message.kind === "answer") return answer(message.id, message.verdict);
    if (isReady) return false;
    if (message.kind === "ready") welcome();
    else kill("invalid_action", `${message.action} does not load: ${message.text}.`);
    return true;
  }

  function answer(id: number, verdict: ChildVerdict): boolean {
    deaths = 0;
    return keeping.onAnswer(id, verdict);
  }

  function welcome(): void {
    isReady = true;
    isKept = true;
    alarm.clear();
    loaded.resolve();
    keeping.onReady();
  }

  function bury(why: string): void {
    const error = cause ?? new ActionsError("child_died", `The process of the actions ${why}.`);
    child = undefined;
    isReady = false;
    alarm.clear();
    loaded.reject(error);
    keeping.onDeath(error);
    if (isKept) beginAgain(error.message);
    else ended.resolve();
  }

  function beginAgain(why: string): void {
    const backOffMs = deaths === 0 ? 0 : Math.min(longestBackOffMs, firstBackOffMs * 2 ** (deaths - 1));
    deaths += 1;
    alarm.set(backOffMs, begin);
    keeping.onRestart(why);
  }

  async function stop(): Promise<void> {
    isKept = false;
    alarm.clear();
    if (child === undefined) ended.resolve();
    kill("closed", "The actions were closed.");
    await ended.promise;
  }

  begin();
  return { ready: loaded.promise, isReady: () => isReady, send: (line) => child?.send(line), kill, stop };
}
