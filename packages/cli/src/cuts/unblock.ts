import { type Block, escapeDeceptive, isUnblockAnswer, paths } from "@meshpass/protocol";
import { changeByOperator } from "../ask-operator.ts";
import { describeBadName } from "../describe-bad-name.ts";
import { type OperatorClient, OperatorError } from "../operator-client.ts";
import { jsonLine, type OutputFormat, type Report, usageError } from "../report.ts";
import { isBlocked, listBlocksIfPossible } from "./list-blocks.ts";

/** What `meshpass unblock` works on. */
export interface UnblockInput {
  readonly caller: string;
  /** Undefined lifts the block of every target, and not those of single ones. */
  readonly target: string | undefined;
  readonly format: OutputFormat;
  readonly client: OperatorClient;
}

/**
 * Lifts a block. The exit code is 1 if there was none. Tokens that were cut stay cut.
 *
 * @throws OperatorError
 */
export async function unblock(input: UnblockInput): Promise<Report> {
  const { caller, target, format, client } = input;
  const names = target === undefined ? [caller] : [caller, target];
  const problem = names.map(describeBadName).find((each) => each !== undefined);
  if (problem !== undefined) return usageError(problem);
  if (!(await lift(client, names))) {
    return { lines: [describeNoBlock(await listBlocksIfPossible(client), input)], exitCode: 1, isError: true };
  }
  if (format === "json") return { lines: [jsonLine({ caller, target, lifted: true })], exitCode: 0 };
  return { lines: describeLifted(await listBlocksIfPossible(client), input), exitCode: 0 };
}

/** False if there was no such block. */
async function lift(client: OperatorClient, names: readonly string[]): Promise<boolean> {
  try {
    await changeByOperator(client, { method: "DELETE", path: [paths.blocks, ...names].join("/") }, isUnblockAnswer);
    return true;
  } catch (error) {
    if (error instanceof OperatorError && error.code === "unknown_block") return false;
    throw error;
  }
}

function describeNoBlock(blocks: readonly Block[], { caller, target }: UnblockInput): string {
  if (target === undefined) return `${caller} as a whole is not blocked; pnpm meshpass blocks lists what is`;
  if (!isBlocked(blocks, caller, target)) {
    return `${caller} => ${target} is not blocked; pnpm meshpass blocks lists what is`;
  }
  return `${caller} => ${target} has no block of its own; ${caller} is blocked for every target: pnpm meshpass unblock ${caller}`;
}

/** Another block may hold what this one held. */
function describeLifted(blocks: readonly Block[], { caller, target }: UnblockInput): readonly string[] {
  if (target === undefined) {
    const left = blocks.filter((block) => block.caller === caller).map((block) => block.target ?? "");
    const but = left.length === 0 ? [] : [escapeDeceptive(`still blocked one by one: ${left.join(", ")}`)];
    return [`${caller} may get tokens again, as far as the map allows`, ...but];
  }
  if (!isBlocked(blocks, caller, target)) {
    return [`${caller} may get tokens for ${target} again, as far as the map allows`];
  }
  return [`that is lifted, but ${caller} is blocked for every target: pnpm meshpass unblock ${caller}`];
}
