import { Readable } from "node:stream";
import { checkSubjectToken } from "./check-subject-token.ts";
import type { Outgoing } from "./send.ts";

/** How a target is called. */
export interface CallInit {
  /** `GET` by default. */
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
  /** Without `authorization`, `host` and the headers that belong to the connection: those are the client's. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is sent once, so a call with one is never tried again. It is used up, whatever comes of the call. */
  readonly body?: string | Uint8Array | Readable;
  /** The token that this service was called with, and calls on with: as `onBehalfOf` of `getToken`. */
  readonly onBehalfOf?: string;
  /** Ends the call with the signal's own reason. */
  readonly signal?: AbortSignal;
  /** The whole call in milliseconds, reading the answer's body included; the client's `timeoutMs` by default. */
  readonly timeoutMs?: number;
}

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

const clientsOwnHeaders = new Set([
  "authorization",
  "connection",
  "content-length",
  "dpop",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** A call as asked for, checked. `resendable` tells whether its body can be sent a second time. */
export interface CallRequest extends Omit<Outgoing, "address" | "headers"> {
  /** A flat list of names and values. */
  readonly headers: readonly string[];
  readonly resendable: boolean;
}

/**
 * `init` in the form in which it is sent, still without the token.
 *
 * @throws TypeError for a method, header, body or `onBehalfOf` that cannot be sent or is not the caller's to set.
 */
export function readCallInit(init: CallInit): CallRequest {
  const { method = "GET", headers = {}, body } = init;
  checkSubjectToken(init);
  if (!methods.has(method)) throw new TypeError(`method must be one of ${[...methods].join(", ")}`);
  const isStream = body instanceof Readable;
  if (body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array) && !isStream)
    throw new TypeError("body must be a string, a Buffer, a Uint8Array or a Readable");
  return {
    method,
    headers: readHeaders(headers),
    body: body ?? null,
    resendable: !isStream,
    repeatable: safeMethods.has(method) && !isStream,
  };
}

/** Closes a body that is a stream: nobody will read it any more. */
export function closeBody(body: CallInit["body"]): void {
  // What still fails in it then is nobody's any more.
  if (body instanceof Readable) body.on("error", () => {}).destroy();
}

function readHeaders(headers: Readonly<Record<string, string>>): string[] {
  const seen = new Set<string>();
  return Object.entries(headers).flatMap(([name, value]) => {
    const lowerCase = name.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lowerCase)) throw new TypeError("a header's name is malformed");
    if (clientsOwnHeaders.has(lowerCase)) throw new TypeError(`the header ${lowerCase} is not the caller's to set`);
    if (seen.has(lowerCase)) throw new TypeError(`the header ${lowerCase} is given twice`);
    if (typeof value !== "string" || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw new TypeError(`the value of the header ${lowerCase} is no text of one line`);
    seen.add(lowerCase);
    return [name, value];
  });
}
