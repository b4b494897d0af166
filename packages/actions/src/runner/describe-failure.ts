import { maxLogLength } from "./messages.ts";

/** What an action threw, in a line: the line of its file where that is known, then the message. Never throws. */
export function describeFailure(thrown: unknown): string {
  try {
    const { message, stack } = thrown as Error;
    const [, line] = /action:\/[^:\s)]+:(\d+)/.exec(String(stack)) ?? [];
    const text = thrown instanceof Error ? message : `it threw ${String(thrown)}`;
    return `${line === undefined ? "" : `line ${line}: `}${text}`.slice(0, maxLogLength);
  } catch {
    return "it threw what has no text";
  }
}
