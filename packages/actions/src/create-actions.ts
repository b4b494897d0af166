import type { ActionEvent } from "./action.ts";
import type { Actions, ActionsGrant, ActionsOutcome } from "./actions.ts";
import { ActionsError } from "./actions-error.ts";
import { type ActionsInForce, keepInForce } from "./actions-in-force.ts";
import { type ActionsOptions, readActionsOptions } from "./actions-options.ts";
import { writeEvent } from "./event/write-event.ts";

const nothing: ActionsGrant = Object.freeze({
  claims: Object.freeze(Object.create(null)),
  warnings: Object.freeze([]),
});

/**
 * Loads the actions of a folder into a process of their own, and keeps them in force: what is saved comes into force
 * within a second, once it loads; what does not leaves the last set that did in force, with a warning, and so does a
 * folder that is gone. Requests that run end with the set that they began with. A folder without actions costs nothing.
 *
 * @throws TypeError for wrong options; ActionsError if the folder is not safe or what is in it does not load
 */
export async function createActions(options: ActionsOptions): Promise<Actions> {
  const inForce = await keepInForce(readActionsOptions(options));
  let failures = 0;
  let isClosed = false;

  async function run(event: ActionEvent): Promise<ActionsOutcome> {
    try {
      return await runIn(inForce, event, isClosed);
    } catch (error) {
      if (error instanceof ActionsError) failures += 1;
      throw error;
    }
  }

  return {
    isEmpty: () => inForce.executor() === undefined,
    run,
    status: () => ({ ...inForce.status(), failures }),
    close: () => {
      isClosed = true;
      return inForce.close();
    },
  };
}

async function runIn(inForce: ActionsInForce, event: ActionEvent, isClosed: boolean): Promise<ActionsOutcome> {
  if (isClosed) throw new ActionsError("closed", "The actions were closed.");
  const executor = inForce.executor();
  return executor === undefined ? nothing : executor.run(writeEvent(event));
}
