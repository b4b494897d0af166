import type { Test } from "tap";
import { createPlace, type MeshPlace } from "../walk/mesh-place.ts";
import { runStart, type StartRun } from "../walk/run-start.ts";

export const serverNames = {
  core: "core",
  "auth-server": "authServer",
  m1: "m1",
  m2: "m2",
  m3: "m3",
} as const;

export type ProcessName = keyof typeof serverNames;

/** A mesh whose processes are started one by one, so that one of them can be kept dead. */
export interface SingleProcesses {
  readonly place: MeshPlace;
  /** Runs `start NAME`, with `extra` in its environment. */
  start(name: ProcessName, extra?: NodeJS.ProcessEnv): StartRun;
  /** The process dies at once, and so does what would start it again. */
  kill(name: ProcessName): void;
  /** The runs that were not killed, by name. */
  running(): ReadonlyMap<ProcessName, StartRun>;
}

export async function createSingleProcesses(t: Test): Promise<SingleProcesses> {
  const place = await createPlace(t);
  const runs = new Map<ProcessName, StartRun>();
  const start = (name: ProcessName, extra: NodeJS.ProcessEnv = {}): StartRun => {
    const run = runStart(t, place, [name], extra);
    runs.set(name, run);
    return run;
  };
  const kill = (name: ProcessName): void => {
    const pid = place.pid(serverNames[name]);
    runs.get(name)?.child.kill("SIGKILL");
    process.kill(pid, "SIGKILL");
    runs.delete(name);
  };
  return { place, start, kill, running: () => runs };
}
