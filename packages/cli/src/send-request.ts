import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";

/** One request. `signal` ends it, at any time. */
export interface OutgoingRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body: object | undefined;
  readonly signal: AbortSignal;
  /** Of the answer. */
  readonly maxBytes: number;
}

/**
 * The answer to `request` at `url`, http: or https:, whatever its status; no redirect is followed.
 *
 * Node's own client: to load another one takes longer than all the rest of a command that asks the auth server.
 *
 * @throws Error with the `code` of the operating system, where it has one; one without for an answer of over `maxBytes`
 */
export async function sendRequest(url: URL, request: OutgoingRequest): Promise<{ status: number; text: string }> {
  const { method, headers, body, signal, maxBytes } = request;
  const { request: open } = await (url.protocol === "https:" ? import("node:https") : import("node:http"));
  const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  // Node itself gives the length with POST alone.
  const described = content && { "content-type": "application/json", "content-length": content.length };
  const sent = open(url, { method, headers: { ...headers, ...described }, signal });
  // What goes wrong after the answer began is told by the answer.
  sent.on("error", () => undefined).end(content);
  const [answer] = (await Promise.race([once(sent, "response"), closed(sent)])) as [IncomingMessage];
  return { status: answer.statusCode as number, text: await readBounded(answer, maxBytes) };
}

/** Rejects when `sent` is over: to one that is answered with a change of protocol nothing else happens. */
async function closed(sent: ClientRequest): Promise<never> {
  await once(sent, "close");
  throw new Error("closed without an answer");
}

async function readBounded(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) throw new Error("too long");
  }
  return Buffer.concat(chunks).toString();
}
