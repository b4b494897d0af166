import { type CutAnswer, isCutAnswer } from "@meshpass/protocol";
import { changeByOperator, type OperatorRequest } from "../ask-operator.ts";
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

/** A cut that is stored, and who has read it; undefined if nobody waited. */
export interface SentCut<Answer extends CutAnswer = CutAnswer> {
  readonly answer: Answer;
  readonly confirmations: Confirmations | Unanswered | undefined;
}

/**
 * Has the auth server cut something by `request`, and waits until every receiver has read that.
 *
 * @throws OperatorError if the auth server did not say that it has cut
 */
export const sendCut = (input: CutInput, request: OperatorRequest): Promise<SentCut> =>
  awaitCut(input, () => changeByOperator(input.watch.operator, request, isCutAnswer));

/** As {@link sendCut}, of a cut that `send` has the auth server make. Throws what that throws. */
export async function awaitCut<Answer extends CutAnswer>(
  { waitMs, watch }: CutInput,
  send: () => Promise<Answer>,
): Promise<SentCut<Answer>> {
  const startedMs = watch.elapsedMs();
  const answer = await send();
  if (waitMs === 0) return { answer, confirmations: undefined };
  const confirmations = await awaitConfirmations(watch, { cut: answer, startedMs, waitMs });
  return { answer, confirmations };
}

/** What was done, who has read it, and what is still to be known of it. */
export function reportCut(
  format: OutputFormat,
  { answer, confirmations }: SentCut,
  done: readonly string[],
  remarks: readonly string[],
): Report {
  const exitCode = exitCodeOf(confirmations);
  if (format === "json") return { lines: [jsonLine({ ...answer, ...confirmationFields(confirmations) })], exitCode };
  return { lines: [...done, ...describeConfirmations(confirmations), ...remarks], exitCode };
}
