import { ActionsError } from "../actions-error.ts";
import { createDeferred } from "../deferred.ts";
import type { Timers } from "../timers.ts";
import type { ChildVerdict } from "./read-message.ts";

const maxWaiting = 256;
/** That many are with the child at once, so that it need not wait for us between two. */
const maxInFlight = 64;

/** One request that waits for its verdict. */
interface Job {
  readonly id: number;
  readonly event: string;
  readonly isDone: () => boolean;
  readonly succeed: (verdict: ChildVerdict) => void;
  readonly fail: (error: ActionsError) => void;
}

/** Requests in the order in which they came: those that the child has, of which it runs the first, and those that wait. */
export interface JobQueue {
  /**
   * A new request with `event`, last in the queue.
   *
   * @throws ActionsError `overloaded` if the queue is full, or if it waits for longer than it may
   */
  add(event: string): Promise<ChildVerdict>;
  /** Takes what the child may have now, to be sent to it. */
  take(): readonly Job[];
  /** The one that runs. */
  head(): Job | undefined;
  /** Takes the one that runs out. */
  shift(): Job | undefined;
  /** Puts back what the child had not begun, before all others. */
  putBack(): void;
  failAll(error: ActionsError): void;
  isEmpty(): boolean;
}

/** A queue whose requests wait no longer than `waitMs`, the time in which they run included. */
export function createJobQueue(timers: Timers, waitMs: number): JobQueue {
  let waiting: Job[] = [];
  let inFlight: Job[] = [];
  let ids = 0;

  async function add(event: string): Promise<ChildVerdict> {
    if (waiting.length >= maxWaiting) throw new ActionsError("overloaded", "Too many requests wait for the actions.");
    const { promise, resolve, reject } = createDeferred<ChildVerdict>();
    let isDone = false;
    const settle = (run: () => void): void => {
      isDone = true;
      timers.clearTimeout(timer);
      run();
    };
    const fail = (error: ActionsError): void => settle(() => reject(error));
    const timer = timers.setTimeout(() => {
      fail(new ActionsError("overloaded", `A request waited ${waitMs} ms for the actions.`));
      waiting = waiting.filter((each) => each !== job);
    }, waitMs);
    ids += 1;
    const succeed = (verdict: ChildVerdict): void => settle(() => resolve(verdict));
    const job: Job = { id: ids, event, isDone: () => isDone, succeed, fail };
    waiting.push(job);
    return promise;
  }

  function take(): readonly Job[] {
    const taken = waiting.splice(0, maxInFlight - inFlight.length);
    inFlight.push(...taken);
    return taken;
  }

  return {
    add,
    take,
    head: () => inFlight[0],
    shift: () => inFlight.shift(),
    putBack: () => {
      waiting.unshift(...inFlight.filter((job) => !job.isDone()));
      inFlight = [];
    },
    failAll: (error) => {
      for (const job of [...inFlight.splice(0), ...waiting.splice(0)]) job.fail(error);
    },
    isEmpty: () => inFlight.length === 0 && waiting.length === 0,
  };
}
