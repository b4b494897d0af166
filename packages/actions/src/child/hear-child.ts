import type { ActionLog } from "../actions.ts";
import { type ChildVerdict, readMessage } from "./read-message.ts";

/** Who is told what a child says. None of these may throw. */
export interface Ears {
  readonly onReady: () => void;
  readonly onUnloadable: (action: string, text: string) => void;
  /** False if this answer cannot come now. */
  readonly onAnswer: (id: number, verdict: ChildVerdict) => boolean;
  readonly onLog: (line: ActionLog) => void;
  /** It said what it cannot say, or cannot say now. */
  readonly onLie: () => void;
}

/** Between two messages of another kind. Actions cannot say more by themselves. */
const maxLogs = 100;

/** Hears one child, line for line: what it says is held to what it may say, and when. */
export function hearChild(actions: ReadonlySet<string>, ears: Ears): (line: string) => void {
  let hasLoaded = false;
  let logs = 0;

  function load(tell: () => void): boolean {
    if (hasLoaded) return false;
    hasLoaded = true;
    tell();
    return true;
  }

  /** Whether this may be said now. */
  function heed(line: string): boolean {
    const message = readMessage(line, actions);
    logs = message?.kind === "log" ? logs + 1 : 0;
    if (message === undefined || logs > maxLogs) return false;
    if (message.kind === "ready") return load(ears.onReady);
    if (message.kind === "unloadable") return load(() => ears.onUnloadable(message.action, message.text));
    if (message.kind === "answer") return ears.onAnswer(message.id, message.verdict);
    ears.onLog({ action: message.action, text: message.text });
    return true;
  }

  return (line) => {
    if (!heed(line)) ears.onLie();
  };
}
