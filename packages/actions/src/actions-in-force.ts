import type { ActionsStatus } from "./actions.ts";
import { ActionsError } from "./actions-error.ts";
import type { ActionsOptions } from "./actions-options.ts";
import { createExecutor, type Executor } from "./child/create-executor.ts";
import { type ChildEvents, startChild } from "./child/start-child.ts";
import { type ActionsFolder, actionsFolder } from "./folder/actions-folder.ts";
import { watchChanges } from "./folder/watch-changes.ts";
import { createLogGate } from "./log-gate.ts";

/** How often the folder is looked at. Two looks must agree, and a process must start: all of it within a second. */
const pollMs = 150;

/** The set of actions that counts now. */
export interface ActionsInForce {
  /** What runs it; undefined where there are no actions. */
  executor(): Executor | undefined;
  status(): Omit<ActionsStatus, "failures">;
  close(): Promise<void>;
}

/**
 * Loads the actions of `folder`, and again when they change. A set that does not load leaves the last one in force.
 *
 * @throws ActionsError if the first set does not load
 */
export async function keepInForce(options: Required<ActionsOptions>): Promise<ActionsInForce> {
  const { onWarning, clock, monotonic, timers } = options;
  const source = actionsFolder(options.folder, options.only);
  const onLog = createLogGate(options.onLog, monotonic);
  const open = new Set<Executor>();
  let executor: Executor | undefined;
  let actions: readonly string[] = [];
  let loadedAt = 0;
  let restarts = 0;
  let problem: string | undefined;
  let isClosed = false;

  function onRestart(why: string): void {
    restarts += 1;
    onWarning({ code: "child_restarted", message: `${why} Their process is started anew.` });
  }

  /** Puts what the folder holds in force once it has loaded; what runs on the last set ends on it. */
  async function enforce(): Promise<void> {
    const sources = await readSources(source, executor !== undefined);
    if (isClosed) return;
    const names = sources.map(({ name }) => name);
    const start = (events: ChildEvents) => startChild(sources, events);
    const next =
      names.length === 0 ? undefined : createExecutor({ ...options, actions: names, start, onLog, onRestart });
    if (next !== undefined) await load(next);
    const last = executor;
    [executor, actions, loadedAt, problem] = [next, names, clock(), undefined];
    void last?.retire().then(() => open.delete(last));
  }

  async function load(next: Executor): Promise<void> {
    open.add(next);
    try {
      await next.ready;
    } catch (error) {
      open.delete(next);
      throw error;
    }
  }

  async function reload(): Promise<void> {
    try {
      await enforce();
      if (isClosed) return;
      options.onLog({ action: undefined, text: `Actions in force: ${actions.join(", ") || "none"}` });
    } catch (error) {
      if (isClosed) return;
      problem = (error as Error).message;
      onWarning({ code: "actions_stale", message: `${problem} What loaded last stays in force.` });
    }
  }

  const print = await source.fingerprint();
  await enforce();
  const stopWatching = watchChanges({ fingerprint: source.fingerprint, onChange: reload, timers, pollMs }, print);

  return {
    executor: () => executor,
    status: () => ({ actions, loadedAt, restarts, problem }),
    close: async () => {
      isClosed = true;
      stopWatching();
      await Promise.all([...open].map((each) => each.close()));
    },
  };
}

/** A folder that is gone while actions are in force is a mistake: to have none, one takes the files out. */
async function readSources(source: ActionsFolder, hasActions: boolean) {
  if (hasActions && !(await source.exists())) {
    throw new ActionsError("unreadable_folder", "The folder of the actions is gone: put it back, or leave it empty.");
  }
  return source.read();
}
