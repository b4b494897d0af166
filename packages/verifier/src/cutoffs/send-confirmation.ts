import { errors } from "@meshpass/protocol";
import { type Dispatcher, request } from "undici";
import type { SendConfirmation } from "./create-confirmations.ts";

interface ConfirmationAddress {
  readonly url: string;
  /** Gives the credential of the service: only with it does a confirmation count. */
  readonly credential: () => Promise<string>;
  readonly dispatcher: Dispatcher;
  /** Told when the server answers that this receiver has no stream there. */
  readonly onUnlisted: () => void;
}

/** Sends confirmations to `url`. Follows no redirect, and reads nothing of the answer but its status. */
export const createSendConfirmation =
  ({ url, credential, dispatcher, onUnlisted }: ConfirmationAddress): SendConfirmation =>
  async (confirmation, signal) => {
    const headers = { authorization: `Bearer ${await credential()}`, "content-type": "application/json" };
    const body = JSON.stringify(confirmation);
    const answer = await request(url, { method: "POST", dispatcher, signal, headers, body });
    answer.body.on("error", () => undefined);
    await answer.body.dump({ limit: 16_384 });
    if (answer.statusCode === errors.unknown_receiver.status) onUnlisted();
    if (answer.statusCode >= 300) throw new Error(`status ${answer.statusCode}`);
  };
