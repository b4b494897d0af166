import type { Log } from "@meshpass/http-server";
import { type CutoffsAnswer, isOlder } from "@meshpass/protocol";
import { type Keys, readProof, VerifierError } from "@meshpass/verifier";
import type { CutStore } from "../store/cut-store.ts";
import type { CutLog } from "./cut-log.ts";

export interface RecoveryOptions {
  readonly store: Pick<CutStore, "startEpoch">;
  readonly cutLog: Pick<CutLog, "head" | "catchUp">;
  /** The keys that we publish. */
  readonly keys: Keys;
  /** ms since 1970. */
  readonly clock: () => number;
  readonly log: Log;
}

/**
 * Makes good a store that was lost or restored from a copy, and so no longer holds every cut: a receiver that has read
 * further shows the envelope that it kept, which we signed once, and a higher epoch begins with a cut of everything.
 * The result takes what a receiver shows; what proves nothing changes nothing. It never rejects.
 */
export function createRecovery({ store, cutLog, keys, clock, log }: RecoveryOptions) {
  let underWay = false;
  const recover = async (shown: CutoffsAnswer): Promise<void> => {
    const proven = await readProof(shown, keys, clock);
    if (!isOlder(cutLog.head(), proven)) return;
    // Somebody else may have appended them to the store.
    await cutLog.catchUp();
    if (!isOlder(cutLog.head(), proven)) return;
    const epoch = Math.max(proven.epoch, cutLog.head().epoch) + 1;
    log.error({ proven, epoch }, "The store has lost cuts that receivers know of; every access token is cut");
    await store.startEpoch(epoch, Math.floor(clock() / 1_000));
    await cutLog.catchUp();
  };
  return async (shown: CutoffsAnswer): Promise<void> => {
    if (underWay) return;
    underWay = true;
    await recover(shown).catch((error: Error) => {
      const refused = error instanceof VerifierError;
      log.warn({ cause: error.message }, refused ? "A receiver's proof proves nothing" : "Lost cuts not made good yet");
    });
    underWay = false;
  };
}
