import { isServiceName } from "@meshpass/protocol";
import type { Keys } from "../keys.ts";
import { realTimers, type Timers } from "../timers.ts";

/** What is accepted on the word of which feed. */
export interface CutoffsOptions {
  /** Of the issuer whose feed it is: the feed's own key is certified by one of them. */
  readonly keys: Keys;
  /**
   * The name of this service in the map, where the audience of its tokens is another one: cuts go by names. By default it
   * is the audience.
   */
  readonly service?: string | undefined;
  /**
   * What happens to a token while the feed is not live. `accept`, the default: only one of at most 10 minutes of life
   * is accepted, and the feed is live while its newest envelope is less than 2 s old. `refuse`: none is, and it must be
   * less than 1 s old.
   */
  readonly onStaleFeed?: "accept" | "refuse";
  /** Told once when the feed is not live any more (true), and once when it is again (false). Must not throw. */
  readonly onStale?: (isStale: boolean) => void;
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
 * @throws TypeError that lists every option which is missing or of the wrong type
 */
export function readCutoffsOptions(options: CutoffsOptions): Required<CutoffsOptions> {
  const settings = { ...defaults, ...options };
  const { keys, service, onStaleFeed, onStale, clock, monotonic, timers } = settings;
  const demands: readonly (readonly [holds: boolean, demand: string])[] = [
    [areFunctions(keys?.find, keys?.has, keys?.refresh), "keys must come from createKeys or remoteKeys"],
    [onStaleFeed === "accept" || onStaleFeed === "refuse", "onStaleFeed must be accept or refuse"],
    [service === undefined || isServiceName(service), "service must be the name of a service"],
    [areFunctions(onStale), "onStale must be a function"],
    [areFunctions(clock, monotonic), "clock and monotonic must be functions"],
    [areFunctions(timers?.setTimeout, timers?.clearTimeout), "timers must have setTimeout and clearTimeout"],
  ];
  const problems = demands.filter(([holds]) => !holds).map(([, demand]) => demand);
  if (problems.length > 0) throw new TypeError(`cutoffs: ${problems.join("; ")}`);
  return settings;
}

const defaults = {
  service: undefined,
  onStaleFeed: "accept",
  onStale: () => undefined,
  clock: Date.now,
  monotonic: () => performance.now(),
  timers: realTimers,
} as const;

const areFunctions = (...values: readonly unknown[]): boolean => values.every((value) => typeof value === "function");
