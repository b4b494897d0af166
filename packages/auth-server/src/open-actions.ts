import { type Actions, type ActionsOutcome, createActions } from "@meshpass/actions";
import type { Log } from "@meshpass/http-server";

/** So many different warnings are told apart; then they are told again. */
const maxKnown = 1_000;

/**
 * The operator's actions in `folder`, with the log lines that they deserve.
 *
 * @throws ActionsError that says what is wrong with the folder or a file in it, and what to do
 */
export async function openActions(folder: string, log: Log): Promise<Actions> {
  const actions = await createActions({
    folder,
    onWarning: ({ code, message }) => log.warn({ code }, message),
    onLog: ({ action, text }) => log.info({ action }, text),
  });
  const tell = createTeller(log);
  return {
    ...actions,
    run: async (event) => {
      const outcome = await actions.run(event);
      tell(outcome);
      return outcome;
    },
  };
}

/** Each warning of an action is a line once, not with every token. */
function createTeller(log: Log): (outcome: ActionsOutcome) => void {
  const known = new Set<string>();
  return (outcome) => {
    if ("denied" in outcome) log.info({ action: outcome.denied.action }, "An action denied a token");
    for (const { action, message } of "warnings" in outcome ? outcome.warnings : []) {
      if (known.has(`${action} ${message}`)) continue;
      if (known.size >= maxKnown) known.clear();
      known.add(`${action} ${message}`);
      log.warn({ action }, message);
    }
  };
}
