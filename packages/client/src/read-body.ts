import { finished, type Readable } from "node:stream";

/** The text of `body` as UTF-8, or undefined if it is longer than `maxBytes`: then the rest is thrown away unread. */
export async function readBody(body: Readable, maxBytes: number): Promise<string | undefined> {
  const chunks = await collect(body, maxBytes);
  return chunks === undefined ? undefined : Buffer.concat(chunks).toString("utf8");
}

/**
 * Not by `for await`, which costs more than the sending of what is read; and not by `data`, which does not come where
 * somebody has paused the body before.
 */
function collect(body: Readable, maxBytes: number): Promise<Buffer[] | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer | string): void => {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      size += bytes.length;
      chunks.push(bytes);
      if (!(size > maxBytes)) return;
      resolve(undefined);
      body.destroy();
    };
    body.on("readable", () => {
      for (let chunk = body.read(); chunk !== null; chunk = body.read()) take(chunk);
    });
    finished(body, (error) => (error ? reject(error) : resolve(chunks)));
  });
}

/** The longest that a body is read to which nobody wants, in ms. */
const discardMs = 1_000;

/** Lets go of a body that nobody wants; one of at most `maxBytes` is read, which keeps its connection for the next call. */
export function discardBody(body: Readable, maxBytes: number): void {
  const timer = setTimeout(() => body.destroy(), discardMs).unref();
  readBody(body, maxBytes)
    .catch(() => {})
    .finally(() => clearTimeout(timer));
}
