import { join } from "node:path";
import { type Ending, runCommand } from "../tooling/run-command.ts";
import type { DemoPlace } from "./demo-place.ts";

const script = join(import.meta.dirname, "..", "..", "scripts", "demo.ts");
/** Runs a demo in `place` to its end. */
export function runDemo({ env, folder }: Pick<DemoPlace, "env" | "folder">, ...args: string[]): Promise<Ending> {
  const ours = Object.entries(env).filter(([name]) => name.startsWith("MESHPASS_"));
  const variables = ours.map(([name, value]) => `${name}=${value}`);
  return runCommand("env", [...variables, process.execPath, script, ...args], folder);
}
