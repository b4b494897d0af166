import { finished, type Readable } from "node:stream";

/** The text of `body` as UTF-8, or undefined if it is longer than `maxBytes`: then the rest is thrown away unread. */
export function readBody(body: Readable, maxBytes: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // Not by `for await`, which costs more than the sending of what is read.
    body.on("data", (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= maxBytes) return;
      resolve(undefined);
      body.destroy();
    });
    finished(body, (error) => (error ? reject(error) : resolve(Buffer.concat(chunks).toString("utf8"))));
  });
}

/** Lets go of a body that nobody wants; one of at most `maxBytes` is read, which keeps its connection for the next call. */
export const discardBody = (body: Readable, maxBytes: number): void => void readBody(body, maxBytes).catch(() => {});
