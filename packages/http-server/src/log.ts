import { pino } from "pino";

/** A logger: a constant sentence and fields, `log.warn({ target }, "Target did not answer")`. Never a token. */
export type Log = pino.Logger;

/** One line for a person: the level, who says it, the sentence, then the fields. */
function humanLine(json: string): string {
  const { level, time: _time, name, msg, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return [pino.levels.labels[Number(level)], `${name}:`, msg, ...pairs].join(" ").concat("\n");
}

/**
 * A logger that writes one line an event to `write`: JSON for machines, or, with `human`, the same for people.
 * `level` is pino's (`warn` shows what needs somebody; `info` also what went well).
 */
export function createLog(options: {
  readonly name: string;
  readonly level: string;
  readonly human: boolean;
  readonly write: (line: string) => void;
}): Log {
  const { name, level, human, write } = options;
  return pino(
    { name, level, base: { name }, redact: ["req.headers", "authorization", "token", "credential"] },
    { write: human ? (line) => write(humanLine(line)) : write },
  );
}
