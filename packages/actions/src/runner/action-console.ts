import { maxLogLength } from "./messages.ts";

/** The `console` of actions: every function of it hands one line of text to `write`. */
export function createActionConsole(write: (text: string) => void): Readonly<Record<string, unknown>> {
  const log = (...values: readonly unknown[]): void => write(values.map(show).join(" ").slice(0, maxLogLength));
  return Object.freeze({ log, info: log, warn: log, error: log, debug: log });
}

function show(value: unknown): string {
  try {
    if (typeof value === "string") return value;
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `[${typeof value}]`;
  }
}
