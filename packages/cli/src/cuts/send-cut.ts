import { hasFields, isNumber, isText, optional, readAnswer } from "../answer-shape.ts";
import {
  awaitConfirmations,
  type Confirmations,
  type Unanswered,
  type Watch,
} from "../receivers/await-confirmations.ts";
import { confirmationFields, describeConfirmations, exitCodeOf } from "../receivers/describe-confirmations.ts";
import { jsonLine, type OutputFormat, type Report } from "../report.ts";

/** What every command that cuts works on. */
export interface CutInput {
  /** How long to wait for the receivers; 0 does not wait. */
  readonly waitMs: number;
  readonly format: OutputFormat;
  readonly watch: Watch;
}

/** The place of a cut in the feed, and what it ends. */
export interface CutAnswer {
  readonly epoch: number;
  readonly number: number;
  readonly ends: string;
  /** How many ended with it, where it is one of a whole service. */
  readonly credentialsEnded?: number;
}

/** A cut that is stored, and who has read it; undefined if nobody waited. */
export interface SentCut<Answer extends CutAnswer> {
  readonly answer: Answer;
  readonly confirmations: Confirmations | Unanswered | undefined;
}

const isCutAnswer = hasFields({
  epoch: isNumber,
  number: isNumber,
  ends: isText,
  credentialsEnded: optional(isNumber),
});

/**
 * Has the auth server cut something by `send`, and waits until every receiver has read that.
 *
 * @throws OperatorError if the auth server did not say that it has cut
 */
export async function sendCut<Answer extends CutAnswer>(
  { waitMs, watch }: CutInput,
  send: () => Promise<unknown>,
): Promise<SentCut<Answer>> {
  const startedMs = watch.elapsedMs();
  const answer = readAnswer<Answer>(await send(), isCutAnswer);
  if (waitMs === 0) return { answer, confirmations: undefined };
  const confirmations = await awaitConfirmations(watch, { cut: answer, startedMs, waitMs });
  return { answer, confirmations };
}

/** What was done, who has read it, and what is still to be known of it. */
export function reportCut(
  format: OutputFormat,
  { answer, confirmations }: SentCut<CutAnswer>,
  done: readonly string[],
  remarks: readonly string[],
): Report {
  const exitCode = exitCodeOf(confirmations);
  if (format === "json") return { lines: [jsonLine({ ...answer, ...confirmationFields(confirmations) })], exitCode };
  return { lines: [...done, ...describeConfirmations(confirmations), ...remarks], exitCode };
}
