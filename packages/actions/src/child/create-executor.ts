import type { ActionsOutcome } from "../actions.ts";
import { ActionsError } from "../actions-error.ts";
import { createDeferred } from "../deferred.ts";
import { createAlarm } from "./alarm.ts";
import { createJobQueue } from "./job-queue.ts";
import { type ChildKeeping, keepChild } from "./keep-child.ts";
import type { ChildVerdict } from "./read-message.ts";

/** What a set of actions is run with. */
export interface ExecutorOptions extends Pick<ChildKeeping, "actions" | "start" | "timers" | "onLog" | "onRestart"> {
  /** For all actions of one request together, in ms. */
  readonly timeLimitMs: number;
}

/** One set of actions, and the process that runs it. */
export interface Executor {
  /** Resolves once the set has loaded; rejects with an `ActionsError` if it does not. */
  readonly ready: Promise<void>;
  /** @throws ActionsError */
  run(event: string): Promise<ActionsOutcome>;
  /** Ends the process once what runs and waits has its answer; resolves then. No more requests must come. */
  retire(): Promise<void>;
  /** Ends the process and whatever waits for it; resolves once it has ended. */
  close(): Promise<void>;
}

/** How much longer than it may run a request may take: for others, and for a process that starts anew. */
const waitMs = 2_000;

/**
 * Runs a set of actions in a process, one request after the other: so it is known which one a process that hangs or dies
 * was at, and that those behind it had not begun. That one fails. Those behind it are run by the next process, for which
 * they wait as long as any request may: to run them then is to run them for the first time.
 */
export function createExecutor({ timeLimitMs, ...options }: ExecutorOptions): Executor {
  const queue = createJobQueue(options.timers, timeLimitMs + waitMs);
  const alarm = createAlarm(options.timers);
  const child = keepChild({ ...options, onReady: pump, onAnswer: answer, onDeath: mourn });
  const gone = createDeferred<void>();
  let isRetired = false;

  function pump(): void {
    if (!child.isReady()) return;
    for (const { id, event } of queue.take()) child.send(`{"id":${id},"event":${event}}`);
    if (queue.head() !== undefined && !alarm.isSet()) {
      alarm.set(timeLimitMs, () => child.kill("time_limit", `The actions did not answer within ${timeLimitMs} ms.`));
    }
  }

  function leaveIfDone(): void {
    if (isRetired && queue.isEmpty()) void child.stop().then(gone.resolve);
  }

  function answer(id: number, verdict: ChildVerdict): boolean {
    if (queue.head()?.id !== id) return false;
    alarm.clear();
    queue.shift()?.succeed(verdict);
    pump();
    leaveIfDone();
    return true;
  }

  function mourn(error: ActionsError): void {
    alarm.clear();
    queue.shift()?.fail(error);
    queue.putBack();
    leaveIfDone();
  }

  async function run(event: string): Promise<ActionsOutcome> {
    const verdict = queue.add(event);
    pump();
    const outcome = await verdict;
    if (!("failed" in outcome)) return outcome;
    throw new ActionsError("action_failed", `${outcome.failed.action} ended with an error: ${outcome.failed.text}`);
  }

  return {
    ready: child.ready,
    run,
    retire: () => {
      isRetired = true;
      leaveIfDone();
      return gone.promise;
    },
    close: () => {
      queue.failAll(new ActionsError("closed", "The actions were closed."));
      return child.stop();
    },
  };
}
