import { paths } from "@meshpass/protocol";
import { hasFields, isListOf, isNumber, isText, optional, readAnswer } from "../answer-shape.ts";
import { type OperatorClient, OperatorError } from "../operator-client.ts";

/** `caller` gets no tokens for `target`, or none at all, since `at` (seconds since 1970). */
export interface Block {
  readonly caller: string;
  readonly target?: string;
  readonly at: number;
}

const isBlockList = hasFields({
  blocks: isListOf(hasFields({ caller: isText, target: optional(isText), at: isNumber })),
});

/** @throws OperatorError */
export async function listBlocks(client: OperatorClient): Promise<readonly Block[]> {
  const answer = await client.call("GET", paths.blocks);
  return readAnswer<{ readonly blocks: readonly Block[] }>(answer, isBlockList).blocks;
}

/** The same for a remark on what was done already: none, if the auth server does not answer any more. */
export const listBlocksIfPossible = (client: OperatorClient): Promise<readonly Block[]> =>
  listBlocks(client).catch((error: unknown) => {
    if (error instanceof OperatorError) return [];
    throw error;
  });

/** Whether one of `blocks` keeps `caller` from tokens for `target`. */
export const isBlocked = (blocks: readonly Block[], caller: string, target: string): boolean =>
  blocks.some((block) => block.caller === caller && (block.target === undefined || block.target === target));
