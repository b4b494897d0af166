import { type Block, isBlockList, paths } from "@meshpass/protocol";
import { askOperator } from "../ask-operator.ts";
import { type OperatorClient, OperatorError } from "../operator-client.ts";

/** @throws OperatorError */
export async function listBlocks(client: OperatorClient): Promise<readonly Block[]> {
  return (await askOperator(client, { method: "GET", path: paths.blocks }, isBlockList)).blocks;
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
