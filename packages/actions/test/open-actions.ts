import {
  type ActionLog,
  type Actions,
  type ActionsOptions,
  type ActionsWarning,
  createActions,
} from "@meshpass/actions";
import type { Test } from "tap";
import { folderOf } from "./folder-of.ts";
import "./without-tap.ts";

interface Opened {
  readonly actions: Actions;
  readonly folder: string;
  readonly warnings: ActionsWarning[];
  readonly logs: ActionLog[];
}

/** The actions in `files`, in a real process, until the test ends. */
export async function openActions(
  t: Test,
  files: Readonly<Record<string, string>>,
  options: Partial<ActionsOptions> = {},
): Promise<Opened> {
  const folder = folderOf(t, files);
  const warnings: ActionsWarning[] = [];
  const logs: ActionLog[] = [];
  const actions = await createActions({
    folder,
    onWarning: (warning) => void warnings.push(warning),
    onLog: (line) => void logs.push(line),
    ...options,
  });
  t.teardown(() => actions.close());
  return { actions, folder, warnings, logs };
}

/** An action with `body`, which knows `event` and `api`. */
export const actionOf = (body: string): string =>
  `export async function onExecuteCredentialsExchange(event, api) {\n${body}\n}\n`;

/** Resolves once `isSo`, which is looked at every 20 ms, for 8 s at most. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let look = 0; look < 400 && !isSo(); look += 1) await new Promise((resolve) => setTimeout(resolve, 20));
}
