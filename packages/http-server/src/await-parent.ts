import { read } from "node:fs";
import { promisify } from "node:util";

const readOnce = promisify(read);

/**
 * Resolves at the first word on the standard input, a pipe from the supervisor: what this process asks is up by then. So it
 * can be started before that, and load its code meanwhile. False if the supervisor is gone without a word.
 *
 * Reads once, and not by `process.stdin`, which would see the end of the pipe before `runProcess` listens for it.
 */
export async function awaitParent(): Promise<boolean> {
  const { bytesRead } = await readOnce(0, { buffer: Buffer.alloc(16) });
  return bytesRead > 0;
}
