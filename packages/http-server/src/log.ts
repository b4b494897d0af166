import { pino } from "pino";

/** A logger: a constant sentence and fields, `log.warn({ target }, "Target did not answer")`. Never a token. */
export type Log = pino.Logger;

/** What is wrong with `text` as a `LOG_LEVEL`, in a line for a person; undefined where it is one, or not set. */
export const logLevelProblem = (text: string | undefined): string | undefined =>
  text === undefined || text === "silent" || Object.hasOwn(pino.levels.values, text)
    ? undefined
    : `LOG_LEVEL must be one of ${Object.keys(pino.levels.values).join(", ")} or silent`;

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
