import { appendFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Appends decisions to one file a day (UTC) in `folder`, `decisions-2026-11-22.jsonl`, 0600. Old days are the
 * operator's to keep or to delete; nothing here reads them.
 */
export const decisionFile =
  (folder: string) =>
  (lines: string, at: number): Promise<void> =>
    appendFile(join(folder, `decisions-${new Date(at).toISOString().slice(0, 10)}.jsonl`), lines, { mode: 0o600 });
