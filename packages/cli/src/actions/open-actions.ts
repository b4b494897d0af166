import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { ActionLog, Actions } from "@meshpass/actions";

/** Loads the actions of a folder, or one file, as the auth server would. `onLog` is told what they log. */
export type OpenActions = (path: string, onLog: (line: ActionLog) => void) => Promise<Actions>;

/** @throws ActionsError, or the error of the operating system where there is nothing at `path` */
export const openActions: OpenActions = async (path, onLog) => {
  const { createActions } = await import("@meshpass/actions");
  const isFolder = (await stat(path)).isDirectory();
  const place = isFolder ? { folder: path } : { folder: dirname(path), only: basename(path) };
  // One request is asked for, so nothing is restarted or read again.
  return createActions({ ...place, onLog, onWarning: () => undefined });
};
