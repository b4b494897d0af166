import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";

type OpenFile = (path: string, flags: string, mode: number) => Promise<FileHandle>;

/** Where the decisions of a day (UTC) stand; `at` in ms since 1970. */
export const decisionPath = (folder: string, at: number): string =>
  join(folder, `decisions-${new Date(at).toISOString().slice(0, 10)}.jsonl`);

/**
 * Appends decisions to one file a day (UTC) in `folder`, `decisions-2026-11-22.jsonl`, 0600. Old days are the
 * operator's to keep or to delete; `searchDecisions` reads those in which a token that is alive can stand.
 *
 * Whole lines or none: what a failed write left is taken back, and the rest of a line that a kill left is closed off.
 */
export const decisionFile =
  (folder: string, openFile: OpenFile = open) =>
  async (lines: string, at: number): Promise<void> => {
    const file = await openFile(decisionPath(folder, at), "a+", 0o600);
    try {
      await appendWhole(file, lines);
    } finally {
      await file.close();
    }
  };

async function appendWhole(file: FileHandle, lines: string): Promise<void> {
  const { size } = await file.stat();
  const isOpenLine = size > 0 && (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString() !== "\n";
  try {
    await file.appendFile(isOpenLine ? `\n${lines}` : lines);
  } catch (error) {
    await file.truncate(size).catch(() => undefined);
    throw error;
  }
}
