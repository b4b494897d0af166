import { ActionsError, type ActionsErrorCode } from "../actions-error.ts";
import { createDeferred } from "../deferred.ts";
import type { Timers } from "../timers.ts";
import { createAlarm } from "./alarm.ts";
import { type Ears, hearChild } from "./hear-child.ts";
import type { Child, StartChild } from "./start-child.ts";

/** What {@link keepChild} starts, and whom it tells what. None of these may throw. */
export interface ChildKeeping extends Pick<Ears, "onReady" | "onAnswer" | "onLog"> {
  /** The names of the actions that the child runs. */
  readonly actions: readonly string[];
  readonly start: StartChild;
  readonly timers: Timers;
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

/** How long to wait after so many deaths without an answer in between, in ms. */
const backOffMs = (deaths: number): number =>
  deaths === 0 ? 0 : Math.min(longestBackOffMs, firstBackOffMs * 2 ** (deaths - 1));

/**
 * Keeps a process for one set of actions: starts it, and starts another when it has ended: at once if it had answered
 * something, else ever later, from 0.1 to 5 s. One that does not load its actions within 10 s is killed.
 */
export function keepChild({ actions, start, timers, onDeath, onRestart, ...ears }: ChildKeeping): KeptChild {
  const names = new Set(actions);
  const alarm = createAlarm(timers);
  const loaded = createDeferred<void>();
  const ended = createDeferred<void>();
  let child: Child | undefined;
  let cause: ActionsError | undefined;
  let isReady = false;
  let isKept = false;
  let deaths = 0;

  function begin(): void {
    cause = undefined;
    const hear = hearChild(names, { ...ears, onReady, onAnswer, onUnloadable, onLie });
    alarm.set(loadLimitMs, () => kill("invalid_action", `The actions did not load within ${loadLimitMs} ms.`));
    child = start({ onLine: (line) => cause === undefined && hear(line), onEnd: bury });
  }

  function kill(code: ActionsErrorCode, message: string): void {
    isReady = false;
    cause = new ActionsError(code, message);
    child?.kill();
  }

  const onLie = (): void => kill("bad_answer", "The process of the actions said what is no answer.");
  const onUnloadable = (action: string, text: string): void =>
    kill("invalid_action", `${action} does not load: ${text}.`);

  function onReady(): void {
    isReady = true;
    isKept = true;
    alarm.clear();
    loaded.resolve();
    ears.onReady();
  }

  function onAnswer(...answer: Parameters<Ears["onAnswer"]>): boolean {
    deaths = 0;
    return ears.onAnswer(...answer);
  }

  function bury(why: string): void {
    const error = cause ?? new ActionsError("child_died", `The process of the actions ${why}.`);
    child = undefined;
    isReady = false;
    alarm.clear();
    loaded.reject(error);
    onDeath(error);
    if (isKept) beginAgain(error.message);
    else ended.resolve();
  }

  function beginAgain(why: string): void {
    alarm.set(backOffMs(deaths), begin);
    deaths += 1;
    onRestart(why);
  }

  function stop(): Promise<void> {
    isKept = false;
    alarm.clear();
    if (child === undefined) ended.resolve();
    kill("closed", "The actions were closed.");
    return ended.promise;
  }

  begin();
  return { ready: loaded.promise, isReady: () => isReady, send: (line) => child?.send(line), kill, stop };
}
