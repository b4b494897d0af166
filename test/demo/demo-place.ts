import { cpSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import { createPlace, type MeshPlace } from "../walk/mesh-place.ts";
import { runScript, type StartRun, untilPrinted } from "../walk/run-start.ts";

const root = join(import.meta.dirname, "..", "..");

/** A {@link MeshPlace} for demos, with the configuration of theirs that ships. */
export interface DemoPlace extends MeshPlace {
  /** The folder of that configuration. */
  readonly demoConfig: string;
  readonly demoState: string;
  /** A port as the configuration has it, moved by the offset. */
  port(port: number): number;
}

export async function createDemoPlace(t: Test): Promise<DemoPlace> {
  const place = await createPlace(t);
  const demoConfig = join(place.folder, "config", "demo");
  cpSync(join(root, "config", "demo"), demoConfig, { recursive: true });
  const offset = Number(place.env.MESHPASS_PORT_OFFSET);
  return { ...place, demoConfig, demoState: join(place.stateFolder, "demo"), port: (port) => port + offset };
}

/** Runs a demo that serves until it has printed `ready`; it is stopped at the test's end. */
export async function serveDemo(t: Test, place: DemoPlace, name: string, ready: string): Promise<StartRun> {
  const run = runScript(t, place, "demo.ts", [name]);
  await untilPrinted(run, ready);
  return run;
}
