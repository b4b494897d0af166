import type { ActionLog, ActionsWarning } from "./actions.ts";
import { realTimers, type Timers } from "./timers.ts";

/** What {@link createActions} takes. Read once. */
export interface ActionsOptions {
  /** The folder with the files of actions. One that does not exist has none. */
  readonly folder: string;
  /** The one file of the folder that is meant, whatever others there are; by default all. */
  readonly only?: string | undefined;
  /** For all actions of one request together, in ms: 10 to 5,000; 500 by default. */
  readonly timeLimitMs?: number;
  /** Told when something begins that should not stay so. Must not throw. */
  readonly onWarning: (warning: ActionsWarning) => void;
  /** Told each line that an action logs, at most 5 a second and 200 characters long. Must not throw. */
  readonly onLog: (line: ActionLog) => void;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number;
  /** Milliseconds of a clock that never steps. Default `performance.now`. */
  readonly monotonic?: () => number;
  /** Default the global `setTimeout` and `clearTimeout`. */
  readonly timers?: Timers;
}

/**
 * `options` with every default filled in.
 *
 * @throws TypeError that lists every option which is missing, of the wrong type or out of its range
 */
export function readActionsOptions(options: ActionsOptions): Required<ActionsOptions> {
  const settings = { ...defaults, ...options };
  const { folder, only, timeLimitMs, onWarning, onLog, clock, monotonic, timers } = settings;
  const demands: readonly (readonly [holds: boolean, demand: string])[] = [
    [isText(folder), "folder must be the path of a folder"],
    [only === undefined || (isText(only) && !only.includes("/")), "only must be the name of a file"],
    [Number.isInteger(timeLimitMs) && timeLimitMs >= 10 && timeLimitMs <= 5_000, "timeLimitMs must be 10 to 5,000"],
    [areFunctions(onWarning, onLog), "onWarning and onLog must be functions"],
    [areFunctions(clock, monotonic), "clock and monotonic must be functions"],
    [areFunctions(timers?.setTimeout, timers?.clearTimeout), "timers must have setTimeout and clearTimeout"],
  ];
  const problems = demands.filter(([holds]) => !holds).map(([, demand]) => demand);
  if (problems.length > 0) throw new TypeError(`createActions: ${problems.join("; ")}`);
  return settings;
}

const defaults = {
  only: undefined,
  timeLimitMs: 500,
  clock: Date.now,
  monotonic: () => performance.now(),
  timers: realTimers,
};

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const areFunctions = (...values: readonly unknown[]): boolean => values.every((value) => typeof value === "function");
