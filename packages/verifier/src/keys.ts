import { type KeySet, type PublicJwk, readJwkSet, type VerificationKey } from "./jwk-set.ts";
import { type KeysOptions, readKeysOptions } from "./keys-options.ts";
import { startRefreshing } from "./refresh-schedule.ts";
import { VerifierError } from "./verifier-error.ts";
import { withinDeadline } from "./within-deadline.ts";

/** The public keys of one issuer, kept fresh. */
export interface Keys {
  /**
   * The key with this kid: at once where it is known. An unknown kid causes one load for all who wait, at most once per
   * cool-down; undefined if it stays unknown. Rejects with VerifierError `keys_unavailable` while there are no keys.
   */
  find(kid: string): VerificationKey | undefined | Promise<VerificationKey | undefined>;
  /** Whether the key is known now. Causes nothing. */
  has(kid: string): boolean;
  /** Whether there are keys to check with now. */
  ready(): boolean;
  /**
   * Loads now, whatever the cool-down, and resolves when keys loaded after this call are in force. Never more than one
   * load runs at a time. Not to be called because of what an unverified token says.
   *
   * @throws VerifierError `keys_unavailable` if the load failed; the keys from before stay in force
   */
  refresh(): Promise<void>;
  /** Calls `listener` after each load that changed a key. Gives the function that ends it. */
  onChange(listener: () => void): () => void;
  /** The keys in use as a JWKS to publish (public members of usable keys only, frozen); undefined where there are none. */
  jwks(): { readonly keys: readonly PublicJwk[] } | undefined;
  /** Ends all loading. Keys that are loaded go on serving for their time. */
  close(): void;
}

interface Loaded {
  readonly set: KeySet;
  readonly jwks: { readonly keys: readonly PublicJwk[] };
  readonly at: number;
}

/**
 * Keeps the keys that `load` gives: loads at once, then in the background; a load that fails leaves the last good keys
 * in force for `staleSeconds`. Unknown kids cannot amplify: they cause at most one load per cool-down, which runs from
 * the start of the last one, failed or not, and tokens with a known kid never wait for it. The background load is not
 * part of that budget, so a flood of unknown kids cannot keep a new key out.
 *
 * Does not decide what a key may sign: its family, by the kid, is for the reader of the token.
 *
 * @throws TypeError if an option is missing or out of range
 */
export function createKeys(options: KeysOptions): Keys {
  const { load, clock, onFailure, random, timers, ...limits } = readKeysOptions(options);
  const listeners = new Set<() => void>();
  let loaded: Loaded | undefined;
  let pending: Promise<void> | undefined;
  let abort = new AbortController();
  let askedAt: number | undefined;
  let closed = false;

  async function loadOnce(): Promise<void> {
    abort = new AbortController();
    try {
      accept(readJwkSet(await withinDeadline(load, limits.timeoutMs, abort, timers), loaded?.set ?? new Map()));
    } catch (cause) {
      const error = cause instanceof VerifierError ? cause : new VerifierError("jwks_unreachable");
      if (!closed) onFailure(error);
      throw error;
    }
  }

  function accept(set: KeySet): void {
    const before = loaded?.set;
    const jwks = Object.freeze({ keys: Object.freeze([...set.values()].map(({ jwk }) => jwk)) });
    loaded = { set, jwks, at: clock() };
    const changed = before?.size !== set.size || [...set.values()].some((key) => before.get(key.kid) !== key);
    if (changed) for (const listener of listeners) listener();
  }

  async function startLoad(): Promise<void> {
    if (closed) throw new VerifierError("keys_closed");
    pending ??= loadOnce().finally(() => {
      pending = undefined;
    });
    await pending;
  }

  const usable = (): Loaded | undefined =>
    loaded !== undefined && clock() - loaded.at <= limits.staleSeconds * 1_000 ? loaded : undefined;

  /** A clock that was set back must not make the cool-down longer. */
  function isCoolingDown(): boolean {
    const passed = askedAt === undefined ? -1 : clock() - askedAt;
    return passed >= 0 && passed < limits.cooldownSeconds * 1_000;
  }

  async function findAfterLoad(kid: string): Promise<VerificationKey | undefined> {
    if (pending === undefined) askedAt = clock();
    const failure = await startLoad().then(
      () => undefined,
      (error: unknown) => error,
    );
    const keys = usable();
    if (keys === undefined) throw failure;
    return keys.set.get(kid);
  }

  function find(kid: string): VerificationKey | undefined | Promise<VerificationKey | undefined> {
    const keys = usable();
    const key = keys?.set.get(kid);
    if (key !== undefined) return key;
    if (!closed && (pending !== undefined || !isCoolingDown())) return findAfterLoad(kid);
    return keys === undefined ? Promise.reject(new VerifierError(loaded ? "keys_stale" : "keys_missing")) : undefined;
  }

  const stop = startRefreshing({ ...limits, load: startLoad, isReady: () => usable() !== undefined, random, timers });

  return Object.freeze({
    find,
    has: (kid: string) => usable()?.set.has(kid) ?? false,
    ready: () => usable() !== undefined,
    refresh: () => (pending === undefined ? startLoad() : pending.then(startLoad, startLoad)),
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    jwks: () => usable()?.jwks,
    close() {
      closed = true;
      stop();
      abort.abort(new VerifierError("keys_closed"));
    },
  });
}
