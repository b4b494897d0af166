import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Test } from "tap";
import type { MeshPlace } from "./mesh-place.ts";
import { until } from "./until.ts";

/** One run of the script behind `pnpm start`, or of another one that goes on until it is ended. */
export interface StartRun {
  readonly child: ChildProcess;
  /** What it and its children printed so far, both streams. */
  output(): string;
  /** Sends `signal` to it and resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const scripts = join(import.meta.dirname, "..", "..", "scripts");

/** Runs `start` with `args` in `place`, and does not wait; it is stopped at the test's end. `extra` is for its environment. */
export const runStart = (t: Test, place: MeshPlace, args: readonly string[], extra: NodeJS.ProcessEnv = {}): StartRun =>
  runScript(t, place, "start.ts", args, extra);

/** The same for another of the scripts. */
export function runScript(
  t: Test,
  place: MeshPlace,
  script: string,
  args: readonly string[],
  extra: NodeJS.ProcessEnv = {},
): StartRun {
  const env = { ...place.env, ...extra };
  // tap measures every child by NODE_OPTIONS, which would slow six processes down to learn what is known already.
  const { NODE_OPTIONS: own } = extra;
  const plain = ["-u", "NODE_OPTIONS", ...(own === undefined ? [] : [`NODE_OPTIONS=${own}`]), process.execPath];
  const child = spawn("env", [...plain, join(scripts, script), ...args], { env, cwd: place.folder });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      text += String(chunk);
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = (signal: NodeJS.Signals = "SIGINT"): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  t.teardown(() => (hasEnded() ? undefined : stop()));
  return { child, output: () => text, stop };
}

/** Waits until `run` has printed `text`; a failure shows what it printed instead. */
export async function untilPrinted(run: StartRun, text: string): Promise<void> {
  const isThere = () => run.output().includes(text) || run.child.exitCode !== null;
  await until(text, isThere, 15_000).catch(() => undefined);
  if (!run.output().includes(text)) throw new Error(`it did not print ${text}, but:\n${run.output()}`);
}
