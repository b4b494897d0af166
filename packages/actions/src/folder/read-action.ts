import { constants } from "node:fs";
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ActionsError } from "../actions-error.ts";
import type { ActionSource } from "../runner/messages.ts";
import { findExposure } from "./find-exposure.ts";

const maxFileBytes = 65_536;
const ownUid = process.getuid?.();

/** @throws ActionsError `unsafe_folder` where others may change what stands at `path` */
export function checkExposure(path: string, ownership: { readonly uid: number; readonly mode: number }): void {
  const exposure = findExposure(path, ownership, ownUid);
  if (exposure !== undefined) throw new ActionsError("unsafe_folder", `Actions are not run: ${exposure}.`);
}

/**
 * The action `name` of `folder`. A link is followed, and the folder that it leads into is held to the same rule as the
 * file, since whoever may write there can put another file in its place.
 *
 * @throws ActionsError, or the error of the operating system
 */
export async function readAction(folder: string, name: string): Promise<ActionSource> {
  const path = await realpath(join(folder, name));
  const parent = dirname(path);
  checkExposure(parent, await stat(parent));
  // To open a pipe would wait for whoever writes to it, and the path is resolved: there is no link in it any more.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    return { name, text: await readChecked(file, path) };
  } finally {
    await file.close();
  }
}

/** What is checked is the file that is read, whatever its path leads to by now. */
async function readChecked(file: FileHandle, path: string): Promise<string> {
  const status = await file.stat();
  if (!status.isFile()) throw new ActionsError("invalid_action", `${path} is not a file: take it out.`);
  checkExposure(path, status);
  if (status.size <= maxFileBytes) return await file.readFile("utf8");
  throw new ActionsError("invalid_action", `${path} is larger than ${maxFileBytes} bytes: make it shorter.`);
}
