import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

/** Lets go of the folder; once is enough. */
export type Release = () => void;

/**
 * Keeps every other auth server from the state folder `folder` until it is let go of, or this process ends in whatever way.
 * Two in one folder would each send a feed that lacks the other's cuts. One that is about to leave is waited for, for
 * `patienceMs` (default 3,000).
 *
 * The lock is SQLite's own, on a file that stays empty: between machines it is worth what the file system's locks are.
 *
 * @throws Error if another one holds it, or the file cannot be opened
 */
export async function holdFolder(folder: string, patienceMs = 3_000): Promise<Release> {
  const path = join(folder, "auth-server.lock");
  makeLockFile(path);
  for (const end = performance.now() + patienceMs; ; await sleep(50)) {
    const release = tryToHold(path);
    if (release !== undefined) return release;
    if (performance.now() >= end) throw new Error(`${folder} is in use by another auth server; ${remedy}`);
  }
}

/** Only who makes the file opens it here: a descriptor that is closed takes every lock of this process on the file with it. */
function makeLockFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

const remedy = "stop that one, or give this one a folder of its own with MESHPASS_STATE_DIR";

const sqliteBusy = 5;

/** Undefined while another one holds it. */
function tryToHold(path: string): Release | undefined {
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec("begin exclusive");
    return () => {
      if (lock.isOpen) lock.close();
    };
  } catch (error) {
    lock.close();
    if ((error as { readonly errcode?: number }).errcode === sqliteBusy) return undefined;
    throw error;
  }
}
