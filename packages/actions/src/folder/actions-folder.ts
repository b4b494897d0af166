import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { ActionsError } from "../actions-error.ts";
import { printable } from "../printable.ts";
import type { ActionSource } from "../runner/messages.ts";
import { checkExposure, readAction } from "./read-action.ts";

const maxActions = 32;
const code = /\.[cm]?[jt]sx?$/;
const actionName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.(?:ts|js|mjs)$/;

/** Where actions come from. */
export interface ActionsFolder {
  /** A text that differs whenever the actions may, or who may write them; "" if the folder is not there. Cheap. */
  fingerprint(): Promise<string>;
  /** Whether the folder is there. */
  exists(): Promise<boolean>;
  /**
   * The actions in the order of their names; none if the folder is not there.
   *
   * @throws ActionsError if it cannot be read, if others may write something of it, or if a file can be no action
   */
  read(): Promise<readonly ActionSource[]>;
}

/** The actions in the folder `path`, or the one file `only` of it. Folders in it and files that hold no code are none. */
export function actionsFolder(path: string, only: string | undefined): ActionsFolder {
  const namesIn = only === undefined ? () => listNames(path) : async () => [only];
  return {
    fingerprint: async () => {
      const names = await namesIn();
      const prints = await Promise.all([".", ...names].map((name) => printOf(join(path, name))));
      return names.length === 0 ? "" : [...prints, ...names].join("\n");
    },
    exists: () =>
      stat(path).then(
        () => true,
        () => false,
      ),
    read: () => readActions(path, namesIn),
  };
}

/** The names that look like code, sorted by their characters; none where there is no such folder. */
async function listNames(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."));
    return files
      .map(({ name }) => name)
      .filter((name) => code.test(name) && !/\.d\.[cm]?ts$/.test(name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

async function printOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(":");
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

async function readActions(path: string, namesIn: () => Promise<readonly string[]>): Promise<readonly ActionSource[]> {
  try {
    const names = await namesIn();
    if (names.length === 0) return [];
    const folder = await realpath(path);
    checkExposure(folder, await stat(folder));
    checkNames(folder, names);
    return await Promise.all(names.map((name) => readAction(folder, name)));
  } catch (error) {
    if (error instanceof ActionsError) throw error;
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new ActionsError("unreadable_folder", `Actions cannot be read from ${printable(path)} (${code}).`);
  }
}

function checkNames(folder: string, names: readonly string[]): void {
  const odd = names.find((name) => !actionName.test(name));
  if (odd !== undefined) {
    const rule = "letters, digits, . _ and -, and then .ts, .js or .mjs";
    throw new ActionsError("invalid_action", `The name of ${printable(odd)} in ${folder} must be ${rule}.`);
  }
  if (names.length > maxActions) {
    throw new ActionsError("invalid_action", `There are more than ${maxActions} actions in ${folder}: join some.`);
  }
}
