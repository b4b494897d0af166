import type { Readable } from "node:stream";

/** The text of `body` as UTF-8, or undefined if it is longer than `maxBytes`: then the rest is thrown away unread. */
export async function readBody(body: Readable, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
