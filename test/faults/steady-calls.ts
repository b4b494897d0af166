import { setTimeout as sleep } from "node:timers/promises";
import type { MeshPlace } from "../walk/mesh-place.ts";

/** What became of calls that were made all the time while something was broken. */
export interface SteadyCalls {
  /** Ends the calls; the statuses of those that did not succeed, 0 for one without an answer, and how many did. */
  stop(): Promise<{ readonly lost: readonly number[]; readonly good: number }>;
}

/** Has `caller` call `target` some 20 times a second until it is stopped, never more than one call at a time. */
export function callSteadily({ query }: MeshPlace, caller: "m1" | "m2" | "m3", target: string): SteadyCalls {
  const lost: number[] = [];
  let good = 0;
  let isStopped = false;
  const run = async (): Promise<void> => {
    while (!isStopped) {
      const status = await query(caller, target).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) good += 1;
      else lost.push(status);
      await sleep(50);
    }
  };
  const running = run();
  const stop = async () => {
    isStopped = true;
    await running;
    return { lost, good };
  };
  return { stop };
}
