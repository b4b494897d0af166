import type { FileHandle } from "node:fs/promises";

/**
 * What `file` holds now, from its end to its beginning, in blocks of about `blockBytes`. Each begins and ends with a whole
 * line, but for the last line of all, which somebody may be writing, and for lines that are longer than a block.
 */
export async function* readBackwards(file: FileHandle, blockBytes: number): AsyncGenerator<Buffer> {
  let { size: end } = await file.stat();
  let restOfLine: Buffer = Buffer.alloc(0);
  while (end > 0) {
    const start = Math.max(0, end - blockBytes);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(end - start), 0, end - start, start);
    const block = Buffer.concat([buffer.subarray(0, bytesRead), restOfLine]);
    const firstLine = start === 0 ? 0 : block.indexOf("\n") + 1;
    yield block.subarray(firstLine);
    restOfLine = block.subarray(0, firstLine);
    end = start;
  }
}
