import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal.ts";

/** 1 MiB. */
const maxBytes = 1_048_576;

const charsetParameter = /;\s*charset\s*=\s*"?([A-Za-z0-9!#$%&'*+.^_`|~-]*)/i;

/**
 * The body of `request` as text, in the charset that its content type names; without one that is ISO-8859-1, as in any
 * Java servlet. A byte order mark is dropped.
 *
 * @throws Refusal 413 beyond 1 MiB, 400 for bytes that are no UTF-8, 500 for a charset other than those two (the real
 *   core's own slip). Rejects with the stream's error if the caller goes away.
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const decode = decoderFor(request.headers["content-type"] ?? "");
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    // Read on to the end, without keeping it: a connection closed under a sender hides the answer from it.
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  if (bytes > maxBytes) throw new Refusal(413, "Body too large");
  return decode(Buffer.concat(chunks));
}

function decoderFor(contentType: string): (body: Buffer) => string {
  const charset = charsetParameter.exec(contentType)?.[1] ?? "iso-8859-1";
  if (/^utf-?8$/i.test(charset)) return decodeUtf8;
  if (/^(iso-8859-1|latin1)$/i.test(charset)) return (body) => body.toString("latin1");
  throw new Refusal(500, `java.io.UnsupportedEncodingException: The character encoding [${charset}] is not supported`);
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new Refusal(400, "Invalid Json Input");
  }
}
