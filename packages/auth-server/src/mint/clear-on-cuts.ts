import { endings } from "@meshpass/protocol";
import type { CutLog } from "../cutoffs/cut-log.ts";

/**
 * Calls `clear` on every cut but those of single tokens: anybody can have his own cut, and that one is found out when it would
 * be handed out again.
 */
export function clearOnCuts(cutLog: Pick<CutLog, "after" | "head" | "onAppend">, clear: () => void): void {
  let seen = cutLog.head();
  cutLog.onAppend(() => {
    const now = cutLog.head();
    const fresh = now.epoch === seen.epoch ? cutLog.after(seen.number) : undefined;
    seen = now;
    if (fresh === undefined || fresh.some(({ ends }) => !ends.startsWith(ofToken))) clear();
  });
}

const ofToken = endings.jti("");
