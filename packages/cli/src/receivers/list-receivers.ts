import { isReceiverList, paths, type Receiver, type ReceiverList } from "@meshpass/protocol";
import { askOperator } from "../ask-operator.ts";
import type { OperatorClient } from "../operator-client.ts";

/**
 * Every receiver that the auth server has heard of within the longest life of a token.
 *
 * @throws OperatorError
 */
export const listReceivers = (client: OperatorClient): Promise<ReceiverList> =>
  askOperator(client, { method: "GET", path: paths.receivers }, isReceiverList);

const shownOfInstance = 8;

/** A receiver for people: its service and the beginning of its instance. */
export const nameReceiver = ({ service, instance }: Receiver): string => `${service} ${shortenInstance(instance)}`;

export const shortenInstance = (instance: string): string => instance.slice(0, shownOfInstance);
