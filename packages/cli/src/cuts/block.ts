import { paths } from "@meshpass/protocol";
import { describeBadName } from "../describe-bad-name.ts";
import { type Report, usageError } from "../report.ts";
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
  const { caller, target, format, watch } = input;
  const problem = describeBadName(caller) ?? (target === undefined ? undefined : describeBadName(target));
  if (problem !== undefined) return usageError(problem);
  const wanted = { caller, ...(target === undefined ? {} : { target }) };
  const sent = await sendCut(input, () => watch.operator.call("POST", paths.blocks, wanted));
  const which = target === undefined ? caller : `${caller} ${target}`;
  const tokens = target === undefined ? "no token" : `no token for ${target}`;
  const line = `${caller} gets ${tokens} until pnpm meshpass unblock ${which}, and those that exist are cut`;
  return reportCut(format, sent, [line], []);
}
