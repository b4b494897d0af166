import { HttpError } from "@meshpass/http-server";
import { type DroppedAtCore, endings, type KeyList } from "@meshpass/protocol";
import type { Keys } from "@meshpass/verifier";
import type { CoreKeys } from "./core-keys.ts";
import { listKeys } from "./list-keys.ts";
import { type KeyHolder, planRotation } from "./rotation.ts";
import type { WithdrawnKeys } from "./withdrawn-keys.ts";

/** What an operator can do to the keys. */
export interface KeyOperations<Cut> {
  list(): Promise<KeyList>;
  /** Publishes a rotating key that does not sign yet, here too, and gives its kid. */
  stage(): Promise<string>;
  /**
   * Signs with the staged key from now on.
   *
   * @throws HttpError `receivers_behind` while a live receiver does not have it, unless `force`; `unknown_key`; what the core
   * throws.
   */
  promote(kid: string, force: boolean): Promise<void>;
  /**
   * Ends every token of a key, for good: stored first, then out of what is published and trusted here, then cut off at
   * every receiver, and then dropped at the core, which may fail. Doing it again does again what may be missing.
   *
   * @throws HttpError `unknown_key`; whatever the store throws, and then as much is done as was stored.
   */
  withdraw(kid: string): Promise<Cut & { readonly atCore: DroppedAtCore }>;
  /** Drops what the core publishes though it is withdrawn. To be called every few seconds. */
  dropWithdrawn(): Promise<void>;
}

export interface KeyOperationsOptions<Cut> {
  readonly core: CoreKeys;
  /** What the core publishes. */
  readonly coreKeys: Pick<Keys, "has">;
  /** What we publish and trust of it. */
  readonly keys: Pick<Keys, "has" | "ready" | "refresh" | "jwks">;
  readonly withdrawn: Omit<WithdrawnKeys, "staticEnds">;
  readonly receivers: () => readonly KeyHolder[];
  /** Stores and publishes a cut. */
  readonly cut: (ends: string) => Promise<Cut>;
  /** Told that another key signs from now on. */
  readonly onPromoted: () => void;
  /** Told that what the auth server has signed for itself may be dead now, and is to be made anew. */
  readonly renew: () => void;
}

export function createKeyOperations<Cut>(options: KeyOperationsOptions<Cut>): KeyOperations<Cut> {
  const { core, coreKeys, keys, withdrawn, receivers, cut, onPromoted, renew } = options;

  async function stage(): Promise<string> {
    const kid = await core.stage();
    await keys.refresh().catch(() => undefined);
    return kid;
  }

  async function promote(kid: string, force: boolean): Promise<void> {
    // A core that cannot do it says so first, whatever else stands in the way.
    await core.list();
    if (!keys.has(kid)) throw new HttpError("unknown_key");
    if (!force && planRotation(kid, receivers()).next === "wait") throw new HttpError("receivers_behind");
    await core.promote(kid);
    onPromoted();
  }

  /** A key that the core made just now may not be known here yet, and one whose core is away cannot be. */
  async function requireKnown(kid: string): Promise<void> {
    const isKnown = (): boolean => withdrawn.has(kid) || keys.has(kid);
    if (!isKnown()) await keys.refresh().catch(() => undefined);
    if (!isKnown() && keys.ready()) throw new HttpError("unknown_key");
  }

  async function withdraw(kid: string): Promise<Cut & { readonly atCore: DroppedAtCore }> {
    await requireKnown(kid);
    await withdrawn.add(kid);
    const done = await cut(endings.kid(kid));
    const atCore = await dropAtCore(kid);
    renew();
    return { ...done, atCore };
  }

  async function dropAtCore(kid: string): Promise<DroppedAtCore> {
    try {
      await core.drop(kid);
      await keys.refresh().catch(() => undefined);
      return "dropped";
    } catch (error) {
      return error instanceof HttpError && error.code === "not_supported_by_core" ? error.code : "core_unavailable";
    }
  }

  async function dropWithdrawn(): Promise<void> {
    const left = withdrawn.list().filter(({ kid }) => coreKeys.has(kid));
    for (const { kid } of left) await dropAtCore(kid);
    if (left.some(({ kid }) => !coreKeys.has(kid))) renew();
  }

  const list = (): Promise<KeyList> => listKeys({ core, keys, withdrawn, receivers });
  return { list, stage, promote, withdraw, dropWithdrawn };
}
