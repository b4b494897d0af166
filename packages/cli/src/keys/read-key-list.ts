import { isKeyList, type KeyList, paths } from "@meshpass/protocol";
import { askOperator } from "../ask-operator.ts";
import type { OperatorClient } from "../operator-client.ts";

/**
 * The keys that are published, and those that were withdrawn.
 *
 * @throws OperatorError
 */
export const readKeyList = (client: OperatorClient): Promise<KeyList> =>
  askOperator(client, { method: "GET", path: paths.keys }, isKeyList);
