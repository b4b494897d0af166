import type { Log } from "@meshpass/http-server";
import { type CutoffsAnswer, type Generation, isOlder } from "@meshpass/protocol";
import { type Keys, readProof, VerifierError } from "@meshpass/verifier";
import { nextHash } from "@meshpass/verifier/feed";
import type { CutStore } from "../store/cut-store.ts";
import type { CutLog } from "./cut-log.ts";

export interface RecoveryOptions {
  readonly store: Pick<CutStore, "startEpoch">;
  readonly cutLog: Pick<CutLog, "head" | "after" | "catchUp">;
  /** The keys that we publish. */
  readonly keys: Keys;
  /** ms since 1970. */
  readonly clock: () => number;
  /** ms since whenever, never set back. */
  readonly monotonic: () => number;
  readonly log: Log;
}

/** After a proof no other one of its service is looked at for so long, in ms: each costs the check of a signature. */
const restMs = 1_000;

/** What fails again and again is said again after so long, in ms. */
const repeatMs = 60_000;

const sayings = { unproven: "A receiver's proof proves nothing", undone: "Lost cuts not made good yet" } as const;

/**
 * Makes good a store that was lost or restored from a copy, and so no longer holds every cut: a receiver that has read
 * further shows the envelope that it kept, which we signed once, and a higher epoch begins with a cut of everything.
 * The result takes what a receiver of `service` shows; what proves nothing changes nothing. It never rejects. Bounded by
 * the services that have credentials.
 */
export function createRecovery({ store, cutLog, keys, clock, monotonic, log }: RecoveryOptions) {
  let underWay = false;
  const heardAt = new Map<string, number>();
  const saidAt = new Map<keyof typeof sayings, number>();
  const isWithin = (at: number | undefined, ms: number): boolean => at !== undefined && monotonic() - at < ms;
  const noteFailure = (service: string, error: Error): void => {
    const saying = error instanceof VerifierError ? "unproven" : "undone";
    if (isWithin(saidAt.get(saying), repeatMs)) return;
    saidAt.set(saying, monotonic());
    log.warn({ service, cause: error.message }, sayings[saying]);
  };
  const recover = async (shown: CutoffsAnswer): Promise<void> => {
    const proven = await readProof(shown, keys);
    if (!hasLost(cutLog, proven)) return;
    // Somebody else may have appended them to the store.
    await cutLog.catchUp();
    if (!hasLost(cutLog, proven)) return;
    const epoch = Math.max(proven.epoch, cutLog.head().epoch) + 1;
    await store.startEpoch(epoch, Math.floor(clock() / 1_000));
    log.error({ proven, epoch }, "The store has lost cuts that receivers know of; every access token is cut");
    await cutLog.catchUp();
  };
  return async (service: string, shown: CutoffsAnswer): Promise<void> => {
    if (underWay || isWithin(heardAt.get(service), restMs)) return;
    heardAt.set(service, monotonic());
    underWay = true;
    await recover(shown).catch((error: Error) => noteFailure(service, error));
    underWay = false;
  };
}

/**
 * Whether our feed is no continuation of one that was at `place`: that is further, or the cuts that we have after it do not
 * lead to our hash, since others were made in place of those that were lost. Of a place before the last 10,000 cuts nobody knows.
 */
function hasLost(
  { head, after }: Pick<CutLog, "head" | "after">,
  place: Generation & { readonly hash: string },
): boolean {
  const { epoch, number, hash } = head();
  if (place.epoch !== epoch || place.number > number) return isOlder({ epoch, number }, place);
  const since = after(place.number);
  return since !== undefined && since.reduce(nextHash, place.hash) !== hash;
}
