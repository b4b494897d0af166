import { join } from "node:path";
import { type Ending, runCommand } from "../tooling/run-command.ts";
import type { DemoPlace } from "./demo-place.ts";

const script = join(import.meta.dirname, "..", "..", "scripts", "demo.ts");
const variables = ["MESHPASS_PORT_OFFSET", "MESHPASS_STATE_DIR", "MESHPASS_CONFIG"] as const;

/** Runs a demo in `place` to its end. */
export const runDemo = ({ env, folder }: DemoPlace, ...args: readonly string[]): Promise<Ending> =>
  runCommand("env", [...variables.map((name) => `${name}=${env[name]}`), process.execPath, script, ...args], folder);
