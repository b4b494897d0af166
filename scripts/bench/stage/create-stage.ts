import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A process that was started for the bench. */
export interface Server {
  readonly pid: number;
  readonly child: ChildProcess;
  /** From its start to its first ready line, in ms. */
  readonly readyMs: number;
  /** What was found in its ready line. */
  readonly match: RegExpExecArray;
  stop(): Promise<void>;
}

interface SpawnOptions {
  /** What it prints when it is ready. */
  readonly ready: RegExp;
  readonly env?: NodeJS.ProcessEnv;
  readonly folder?: string;
}

/** Everything that has to be gone when the bench ends, however it ends: processes and folders. */
export interface Stage {
  /** Runs node with `args` and waits until it is ready. */
  spawn(args: readonly string[], options: SpawnOptions): Promise<Server>;
  /** A process that is talked to by messages. */
  fork(file: string): ChildProcess;
  /** Has a process that somebody else started end with the others. */
  keep(child: ChildProcess): ChildProcess;
  /** A new folder of its own. */
  folder(): string;
  /** Ends every process and removes every folder. */
  end(): Promise<void>;
}

const readyWithinMs = 60_000;
/** What has not ended by then after being asked to never will. */
const stopWithinMs = 5_000;
const keptOutput = 4_000;

export function createStage(): Stage {
  const children = new Set<ChildProcess>();
  const root = mkdtempSync(join(tmpdir(), "meshpass-bench-"));
  let hasEnded = false;

  const keep = (child: ChildProcess): ChildProcess => {
    if (hasEnded) child.kill("SIGKILL");
    children.add(child);
    return child.once("exit", () => children.delete(child));
  };

  // A group of its own: Ctrl-C reaches this process alone, which then ends the others in order.
  const spawnNode = (args: readonly string[], { env = {}, folder = root }: SpawnOptions): ChildProcess =>
    keep(
      spawn(process.execPath, args, {
        cwd: folder,
        detached: true,
        env: { ...process.env, ...env, NODE_OPTIONS: "" },
        stdio: ["pipe", "pipe", "pipe"],
      }),
    );

  return {
    keep,
    spawn: async (args, options) => {
      const begun = performance.now();
      const child = spawnNode(args, options);
      const match = await untilReady(child, options.ready, args.join(" "));
      return { pid: child.pid ?? 0, child, readyMs: performance.now() - begun, match, stop: () => stop(child) };
    },
    fork: (file) =>
      keep(spawn(process.execPath, [file], { detached: true, stdio: ["ignore", "inherit", "inherit", "ipc"] })),
    folder: () => mkdtempSync(join(root, "place-")),
    end: async () => {
      hasEnded = true;
      await Promise.all([...children].map(stop));
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function untilReady(child: ChildProcess, ready: RegExp, what: string): Promise<RegExpExecArray> {
  let output = "";
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${what} ${why}\n${output}`));
    const timer = setTimeout(() => fail("did not become ready"), readyWithinMs);
    const read = (chunk: unknown): void => {
      output = (output + String(chunk)).slice(-keptOutput);
      const match = ready.exec(output);
      if (match === null) return;
      clearTimeout(timer);
      resolve(match);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      fail(`ended with ${signal ?? code}`);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
  await gone;
  clearTimeout(timer);
}
