import { realTimers, type Timers } from "./timers.ts";
import type { VerifierError } from "./verifier-error.ts";

/** How keys are loaded and for how long they serve. */
export interface KeysOptions {
  /** Gives the JWKS as parsed JSON. Should heed the signal; is left behind when it does not. */
  readonly load: (signal: AbortSignal) => Promise<unknown>;
  /** How often the keys are loaded anew in the background, in seconds, a tenth more or less. Default 20; 1 to 3,600. */
  readonly refreshSeconds?: number;
  /** How long after a load that an unknown kid caused no other may cause one, in seconds. Default 30; 1 to 3,600. */
  readonly cooldownSeconds?: number;
  /** How long the last good keys serve while loading fails, in seconds. Default 86,400 (24 h); 1 to 604,800 (7 days). */
  readonly staleSeconds?: number;
  /** The deadline of one load in milliseconds. Default 2,000; 1 to 60,000. */
  readonly timeoutMs?: number;
  /** Told of every load that failed, so that it can be logged and counted. Must not throw. */
  readonly onFailure?: (error: VerifierError) => void;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number;
  /** 0 up to 1. Default `Math.random`. */
  readonly random?: () => number;
  /** Default the global `setTimeout` and `clearTimeout`. */
  readonly timers?: Timers;
}

/**
 * `options` with every default filled in.
 *
 * @throws TypeError if an option is missing or out of its range
 */
export function readKeysOptions(options: KeysOptions): Required<KeysOptions> {
  return {
    load: asFunction("load", options?.load),
    refreshSeconds: inRange("refreshSeconds", options.refreshSeconds ?? 20, 3_600),
    cooldownSeconds: inRange("cooldownSeconds", options.cooldownSeconds ?? 30, 3_600),
    staleSeconds: inRange("staleSeconds", options.staleSeconds ?? 86_400, 604_800),
    timeoutMs: inRange("timeoutMs", options.timeoutMs ?? 2_000, 60_000),
    onFailure: asFunction("onFailure", options.onFailure ?? (() => undefined)),
    clock: asFunction("clock", options.clock ?? Date.now),
    random: asFunction("random", options.random ?? Math.random),
    timers: asTimers(options.timers ?? realTimers),
  };
}

function inRange(name: string, value: number, most: number): number {
  if (Number.isFinite(value) && value >= 1 && value <= most) return value;
  throw new TypeError(`keys: ${name} must be a number from 1 to ${most}`);
}

function asFunction<T>(name: string, value: T): T {
  if (typeof value === "function") return value;
  throw new TypeError(`keys: ${name} must be a function`);
}

function asTimers(timers: Timers): Timers {
  asFunction("timers.setTimeout", timers.setTimeout);
  asFunction("timers.clearTimeout", timers.clearTimeout);
  return timers;
}
