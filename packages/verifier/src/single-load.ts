import type { KeysOptions } from "./keys-options.ts";
import { VerifierError } from "./verifier-error.ts";
import { withinDeadline } from "./within-deadline.ts";

/** Loads, one load at a time. */
export interface SingleLoad {
  /** Starts a load, or joins the one that is under way. Rejects with VerifierError. */
  start(): Promise<void>;
  /** Resolves when a load that began after this call has ended well. */
  startAnew(): Promise<void>;
  isPending(): boolean;
  /** Ends what is under way, and for good. */
  close(): void;
}

type LoadOptions = Pick<Required<KeysOptions>, "load" | "timeoutMs" | "timers" | "onFailure">;

/** Hands what `load` gives to `accept`; what either throws is a failed load, and reported. */
export function createSingleLoad(options: LoadOptions, accept: (loaded: unknown) => void): SingleLoad {
  const { load, timeoutMs, timers, onFailure } = options;
  let pending: Promise<void> | undefined;
  let abort = new AbortController();
  let closed = false;

  async function loadOnce(): Promise<void> {
    abort = new AbortController();
    try {
      accept(await withinDeadline(load, timeoutMs, abort, timers, new VerifierError("jwks_timeout")));
    } catch (cause) {
      const error = cause instanceof VerifierError ? cause : new VerifierError("jwks_unreachable");
      if (!closed) onFailure(error);
      throw error;
    }
  }

  async function start(): Promise<void> {
    if (closed) throw new VerifierError("keys_closed");
    pending ??= loadOnce().finally(() => {
      pending = undefined;
    });
    await pending;
  }

  return {
    start,
    startAnew: () => (pending === undefined ? start() : pending.then(start, start)),
    isPending: () => pending !== undefined,
    close() {
      closed = true;
      abort.abort(new VerifierError("keys_closed"));
    },
  };
}
