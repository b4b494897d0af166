import { isForgetAnswer, paths, type Receiver } from "@meshpass/protocol";
import { changeByOperator } from "../ask-operator.ts";
import { type OperatorClient, OperatorError } from "../operator-client.ts";

/**
 * Has the auth server forget one receiver. One that it does not know any more is forgotten already.
 *
 * @throws OperatorError
 */
export async function deleteReceiver(client: OperatorClient, { service, instance }: Receiver): Promise<void> {
  const path = [paths.receivers, service, encodeURIComponent(instance)].join("/");
  try {
    await changeByOperator(client, { method: "DELETE", path }, isForgetAnswer);
  } catch (error) {
    if (!(error instanceof OperatorError && error.code === "unknown_receiver")) throw error;
  }
}
