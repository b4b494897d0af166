import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { Deadline } from "./deadline.ts";
import { type Response, receiveResponse } from "./receive-response.ts";
import type { Address } from "./target-address.ts";

/** A request as it goes out; `headers` gives a flat list of names and values, anew for each time that it is sent. */
export interface Outgoing {
  readonly address: Address;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: () => readonly string[];
  readonly body: string | Uint8Array | Readable | null;
  /** Whether sending it twice does no more than sending it once, and the body can be sent again. */
  readonly repeatable: boolean;
}

const brokenConnection = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/** The short code of a network failure (`ECONNREFUSED`), for a message: the error itself may quote what was sent. */
export function failureCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]{1,64}$/.test(code) ? code : "no further reason";
}

/**
 * Sends `outgoing` and gives the answer's head, its body unread. Follows no redirect. A repeatable request whose
 * connection broke is sent once more: a server may close an idle connection at the moment at which it is used.
 *
 * Rejects with the deadline's reason, or with undici's error, which is not fit to be shown.
 */
export async function send(dispatcher: Dispatcher, outgoing: Outgoing, deadline: Deadline): Promise<Response> {
  const { address, method, headers, body, repeatable } = outgoing;
  const sendOnce = () =>
    new Promise<Response>((resolve, reject) => {
      const handler = receiveResponse({ resolve, reject }, deadline);
      // Not even begun, since undici gives a connection up with the call.
      if (deadline.over() === undefined)
        dispatcher.dispatch({ ...address, method, body, headers: [...headers()] }, handler);
    });
  try {
    return await sendOnce();
  } catch (error) {
    if (!repeatable || deadline.over() !== undefined || !brokenConnection.has(failureCode(error))) throw error;
    return await sendOnce();
  }
}
