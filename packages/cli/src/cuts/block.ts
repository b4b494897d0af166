import { type BlockRequest, paths } from "@meshpass/protocol";
import { describeBadName } from "../describe-bad-name.ts";
import { type Report, usageError } from "../report.ts";
import { describeUnknownNames } from "./describe-unknown-names.ts";
import { type CutInput, reportCut, sendCut } from "./send-cut.ts";

/** What `meshpass block` works on. */
export interface BlockInput extends CutInput {
  readonly caller: string;
  /** Undefined for every target. */
  readonly target: string | undefined;
}

/**
 * Stops new tokens of a caller, for one target or for all, until the block is lifted, and ends those that exist.
 *
 * @throws OperatorError
 */
export async function block(input: BlockInput): Promise<Report> {
  const { caller, target, format } = input;
  const problem = describeBadName(caller) ?? (target === undefined ? undefined : describeBadName(target));
  if (problem !== undefined) return usageError(problem);
  const body: BlockRequest = { caller, ...(target === undefined ? {} : { target }) };
  const sent = await sendCut(input, { method: "POST", path: paths.blocks, body });
  const which = target === undefined ? caller : `${caller} ${target}`;
  const tokens = target === undefined ? "no token" : `no token for ${target}`;
  const line = `${caller} gets ${tokens} until pnpm meshpass unblock ${which}, and those that exist are cut`;
  const unknown = describeUnknownNames(sent.answer.notInMap, "the block is made all the same");
  return reportCut(format, sent, [line, ...unknown], []);
}
