import { actionUrl } from "./action-hooks.ts";
import { describeFailure } from "./describe-failure.ts";
import type { ActionSource } from "./messages.ts";
import type { LoadedAction } from "./run-actions.ts";

/** That an action does not load, and why. */
export interface Unloadable {
  readonly action: string;
  readonly text: string;
}

/**
 * Imports `sources` in their order. The first that does not load, or does not export the function, is the answer;
 * `onStart` is told whose turn it is.
 */
export async function loadActions(
  sources: readonly ActionSource[],
  importModule: (url: string) => Promise<object>,
  onStart: (action: string) => void,
): Promise<readonly LoadedAction[] | Unloadable> {
  const loaded: LoadedAction[] = [];
  for (const { name } of sources) {
    onStart(name);
    try {
      loaded.push({ name, run: exportOf(await importModule(actionUrl(name))) });
    } catch (thrown) {
      return { action: name, text: describeFailure(thrown) };
    }
  }
  return loaded;
}

function exportOf(module: object): LoadedAction["run"] {
  const { onExecuteCredentialsExchange: run } = module as { onExecuteCredentialsExchange?: unknown };
  if (typeof run === "function") return run as LoadedAction["run"];
  throw new TypeError("it exports no function onExecuteCredentialsExchange");
}
