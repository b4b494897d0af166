import { createKeyChanges, type KeyChanges } from "./key-changes.ts";
import { isRotationDue, jwksMaxAgeSeconds, type KeyTimes } from "./key-schedule.ts";
import { createKeySet } from "./key-set.ts";
import type { KeyFamily, KeyStore } from "./key-store.ts";
import { newStaticKey } from "./new-key.ts";
import type { SigningKey } from "./signing-key.ts";
import { type KeyView, viewKeys } from "./view-keys.ts";

/** What the JWKS says now: dynamic keys newest first, then static keys newest first. */
interface PublishedKeys {
  readonly keys: readonly SigningKey[];
  /** How long this may be cached. */
  readonly maxAgeSeconds: number;
}

/** The signing keys in memory, kept to their schedule. */
export interface KeyRing extends Omit<KeyChanges, "rotate">, Pick<KeyView, "list"> {
  /**
   * The key of that family that signs now. It waits only where no key at hand may sign.
   *
   * @throws Error if the key that it waits for cannot be made.
   */
  signer(family: KeyFamily): Promise<SigningKey>;
  /** Never waits. */
  published(): PublishedKeys;
  /** Makes the next dynamic key if it is due. Calls share one attempt; a failure goes to `onError`, not to the caller. */
  refresh(): Promise<void>;
}

interface Options {
  readonly store: KeyStore;
  readonly times: KeyTimes;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** A new RSA private key as PKCS #8, DER. */
  readonly generate: () => Promise<Uint8Array>;
  readonly onError: (error: unknown) => void;
}

/** After a failed rotation the next attempt waits this long. */
const retryAfterMs = 10_000;

/**
 * Reads the keys of `store` and makes the first one of each family if it is missing. Afterwards only rotations and an
 * operator's changes touch the store.
 *
 * @throws CoreError `state_unusable` if a stored key is no key.
 */
export async function createKeyRing({ store, times, clock, generate, onError }: Options): Promise<KeyRing> {
  const keys = createKeySet(store);
  const view = viewKeys(keys, times, clock);
  const { rotate, ...changes } = createKeyChanges({ keys, view, times, clock, generate });
  let pending: Promise<void> | undefined;
  let notBefore = Number.NEGATIVE_INFINITY;

  async function refresh(): Promise<void> {
    if (clock() < notBefore || !isRotationDue(keys.family("dynamic"), clock(), times)) return;
    pending ??= rotate()
      .catch((error) => {
        notBefore = clock() + retryAfterMs;
        onError(error);
      })
      .finally(() => {
        pending = undefined;
      });
    await pending;
  }

  async function dynamicSigner(): Promise<SigningKey> {
    const refreshed = refresh();
    const ready = view.signer("dynamic");
    if (ready !== undefined) return ready;
    await refreshed;
    const made = view.signer("dynamic");
    if (made === undefined) throw new Error("No dynamic key may sign now.");
    return made;
  }

  if (view.signer("static") === undefined) keys.add(newStaticKey(await generate(), clock()));
  // Not by refresh(): at the start a failure is for the caller.
  if (view.signer("dynamic") === undefined) await rotate();

  return {
    ...changes,
    list: view.list,
    signer: async (wanted) => (wanted === "static" ? (view.signer("static") as SigningKey) : dynamicSigner()),
    published: () => {
      void refresh();
      return {
        keys: view.published(),
        maxAgeSeconds: jwksMaxAgeSeconds(keys.family("dynamic"), clock(), times),
      };
    },
    refresh,
  };
}
