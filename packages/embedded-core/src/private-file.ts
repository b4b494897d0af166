import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { CoreError } from "./core-error.ts";

const othersMayWrite = 0o022;
const othersMayAnything = 0o077;

/**
 * Makes sure that the private file `path` exists: its folder is made 0700 and the file 0600 with `content` where they are
 * missing. The file appears whole or not at all, and one that is there already is never replaced.
 *
 * @throws CoreError `state_unusable` if the folder is open to other writers, or the file is not an ordinary one for its
 *   owner alone, or cannot be made, read or written.
 */
export function ensurePrivateFile(path: string, content: string): void {
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    createWhole(path, content);
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw unusable(
      `${path} cannot be used (${(error as NodeJS.ErrnoException).code}): give it and its folder to this user`,
    );
  }
  requirePrivate(folder, othersMayWrite, `others may write to ${folder}: chmod 700 ${folder}`);
  requirePrivate(
    path,
    othersMayAnything,
    `others may read ${path}: chmod 600 ${path}, and see the README on leaked keys`,
  );
  if (!lstatSync(path).isFile()) throw unusable(`${path} is not an ordinary file: move it away`);
}

/** Written beside its place and linked into it, so that a kill halfway leaves no half-written key. */
function createWhole(path: string, content: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  const draft = `${path}.${process.pid}.new`;
  rmSync(draft, { force: true });
  const file = openSync(draft, "wx", 0o600);
  try {
    writeSync(file, content);
    fsyncSync(file);
    linkSync(draft, path);
  } finally {
    closeSync(file);
    rmSync(draft, { force: true });
  }
}

function requirePrivate(path: string, forbidden: number, problem: string): void {
  if ((lstatSync(path).mode & forbidden) !== 0) throw unusable(problem);
}

const unusable = (message: string): CoreError =>
  new CoreError("state_unusable", `The state folder is unusable: ${message}.`);
