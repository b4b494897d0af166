import { randomUUID } from "node:crypto";
import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Puts `text` into the file `path`, readable by this user alone (0600), all of it or nothing: it is written beside and
 * renamed, so that a reader never sees half of it, not even after a power cut. A folder that is not there is made, 0700; one
 * that is there may be anybody's, and is left as it is.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  // What the umask took from the mode of a new folder.
  if (made !== undefined) await chmod(folder, 0o700);
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: "wx", flush: true });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
