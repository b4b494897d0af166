import type { PublicJwk, VerificationKey } from "./jwk-set.ts";
import { type KeysOptions, readKeysOptions } from "./keys-options.ts";
import { createLastGoodKeys } from "./last-good-keys.ts";
import { startRefreshing } from "./refresh-schedule.ts";
import { createSingleLoad } from "./single-load.ts";

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
  /** Calls `listener`, which must not throw, after each load that changed a key. Gives the function that ends it. */
  onChange(listener: () => void): () => void;
  /** The keys in use as a JWKS to publish (public members of usable keys only, frozen); undefined where there are none. */
  jwks(): { readonly keys: readonly PublicJwk[] } | undefined;
  /** How long ago the keys in use were loaded, in seconds; undefined where there are none. */
  ageSeconds(): number | undefined;
  /** Ends all loading. Keys that are loaded go on serving for their time. */
  close(): void;
}

/**
 * Keeps the keys that `load` gives: loads at once, then in the background; a load that fails leaves the last good keys
 * in force for `staleSeconds`. Unknown kids cannot amplify: they cause at most one load per cool-down, which runs from
 * the start of the last one, failed or not, and tokens with a known kid never wait for it. Kids that were published once
 * have a cool-down of their own, so that the tokens of a key that was withdrawn cannot keep its successor out. The background load is not
 * part of that budget, so a flood of unknown kids cannot keep a new key out.
 *
 * Does not decide what a key may sign: its family, by the kid, is for the reader of the token.
 *
 * @throws TypeError if an option is missing or out of range
 */
export function createKeys(options: KeysOptions): Keys {
  const settings = readKeysOptions(options);
  const { clock, cooldownSeconds, staleSeconds } = settings;
  const keys = createLastGoodKeys(clock, staleSeconds);
  const load = createSingleLoad(settings, keys.accept);
  const askedAt = { gone: undefined, unseen: undefined } as Record<"gone" | "unseen", number | undefined>;
  const kindOf = (kid: string) => (keys.isGone(kid) ? "gone" : "unseen");

  /** A clock that was set back must not make the cool-down longer. */
  function isCoolingDown(kid: string): boolean {
    const last = askedAt[kindOf(kid)];
    const passed = last === undefined ? -1 : clock() - last;
    return passed >= 0 && passed < cooldownSeconds * 1_000;
  }

  async function findAfterLoad(kid: string): Promise<VerificationKey | undefined> {
    const isJoined = load.isPending();
    if (!isJoined) askedAt[kindOf(kid)] = clock();
    const failure = await load.start().catch((error: unknown) => error);
    const loaded = keys.get();
    if (loaded === undefined) throw failure ?? keys.describeLack();
    const key = loaded.set.get(kid);
    // A load that was under way may have asked before the key was published.
    return key === undefined && isJoined ? find(kid) : key;
  }

  function find(kid: string): VerificationKey | undefined | Promise<VerificationKey | undefined> {
    const loaded = keys.get();
    const key = loaded?.set.get(kid);
    if (key !== undefined) return key;
    if (load.isPending() || !isCoolingDown(kid)) return findAfterLoad(kid);
    return loaded === undefined ? Promise.reject(keys.describeLack()) : undefined;
  }

  const ready = () => keys.get() !== undefined;
  const stopRefreshing = startRefreshing({ ...settings, load: load.start, isReady: ready });

  return Object.freeze({
    find,
    has: (kid: string) => keys.get()?.set.has(kid) ?? false,
    ready,
    refresh: load.startAnew,
    onChange: keys.onChange,
    jwks: () => keys.get()?.jwks,
    ageSeconds: keys.ageSeconds,
    close() {
      stopRefreshing();
      load.close();
    },
  });
}
