import { randomUUID } from "node:crypto";
import { chooseSigner, isPublished, isRotationDue, jwksMaxAgeSeconds, type KeyTimes } from "./key-schedule.ts";
import { createKeySet } from "./key-set.ts";
import type { KeyFamily, KeyStore } from "./key-store.ts";
import type { SigningKey } from "./signing-key.ts";

/** What the JWKS says now: dynamic keys newest first, then static keys newest first. */
interface PublishedKeys {
  readonly keys: readonly SigningKey[];
  /** How long this may be cached. */
  readonly maxAgeSeconds: number;
}

/** The signing keys in memory, kept to their schedule. */
export interface KeyRing {
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
 * Reads the keys of `store` and makes the first one of each family if it is missing. Afterwards only rotations touch the
 * store.
 *
 * @throws CoreError `state_unusable` if a stored key is no key.
 */
export async function createKeyRing({ store, times, clock, generate, onError }: Options): Promise<KeyRing> {
  const { family, add, remove } = createKeySet(store);
  let pending: Promise<void> | undefined;
  let notBefore = Number.NEGATIVE_INFINITY;

  const isAlive = (key: SigningKey): boolean => isPublished(key, clock(), times);

  async function rotate(): Promise<void> {
    const privateKey = await generate();
    const createdAt = clock();
    add({ kid: `d-${createdAt}`, family: "dynamic", createdAt, privateKey });
    for (const key of family("dynamic")) if (!isAlive(key)) remove(key.kid);
  }

  async function refresh(): Promise<void> {
    if (clock() < notBefore || !isRotationDue(family("dynamic")[0], clock(), times)) return;
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
    const ready = chooseSigner(family("dynamic"), clock(), times);
    if (ready !== undefined) return ready;
    await refreshed;
    const made = chooseSigner(family("dynamic"), clock(), times);
    if (made === undefined) throw new Error("No dynamic key may sign now.");
    return made;
  }

  if (family("static").length === 0) {
    const privateKey = await generate();
    add({ kid: `s-${randomUUID()}`, family: "static", createdAt: clock(), privateKey });
  }
  // Not by refresh(): at the start a failure is for the caller.
  if (chooseSigner(family("dynamic"), clock(), times) === undefined) await rotate();

  return {
    signer: async (wanted) => (wanted === "static" ? (family("static")[0] as SigningKey) : dynamicSigner()),
    published: () => {
      void refresh();
      const [newest] = family("dynamic") as [SigningKey];
      return {
        keys: [...family("dynamic").filter(isAlive), ...family("static")],
        maxAgeSeconds: jwksMaxAgeSeconds(newest, clock(), times),
      };
    },
    refresh,
  };
}
