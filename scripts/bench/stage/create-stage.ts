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
const defaultStopMs = 5_000;
const keptOutput = 4_000;

/** `warn` is told of a process that ended by itself, with what it printed last; who is deaf to SIGTERM is killed after `stopWithinMs`. */
export function createStage(warn: (line: string) => void, stopWithinMs = defaultStopMs): Stage {
  const children = new Set<ChildProcess>();
  const stopping = new Set<ChildProcess>();
  const root = mkdtempSync(join(tmpdir(), "meshpass-bench-"));
  let hasEnded = false;

  const keep = (child: ChildProcess): ChildProcess => {
    if (hasEnded) child.kill("SIGKILL");
    children.add(child);
    return child.once("exit", () => children.delete(child));
  };

  const stopOnce = (child: ChildProcess): Promise<void> => {
    stopping.add(child);
    return stop(child, stopWithinMs);
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
      const output = keepOutput(child);
      const match = await untilReady(child, options.ready, { what: args.join(" "), output });
      child.once("exit", (code, signal) => {
        if (!stopping.has(child)) warn(`${args.join(" ")} ended with ${signal ?? code}\n${output.text()}`);
      });
      return { pid: child.pid ?? 0, child, readyMs: performance.now() - begun, match, stop: () => stopOnce(child) };
    },
    fork: (file) =>
      keep(spawn(process.execPath, [file], { detached: true, stdio: ["ignore", "inherit", "inherit", "ipc"] })),
    folder: () => mkdtempSync(join(root, "place-")),
    end: async () => {
      hasEnded = true;
      await Promise.all([...children].map(stopOnce));
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The last that a process printed, to either stream. */
interface Output {
  text(): string;
  onText(listener: (text: string) => void): void;
}

function keepOutput(child: ChildProcess): Output {
  let text = "";
  let listener: ((text: string) => void) | undefined;
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      text = (text + String(chunk)).slice(-keptOutput);
      listener?.(text);
    });
  return {
    text: () => text,
    onText: (next) => {
      listener = next;
    },
  };
}

function untilReady(
  child: ChildProcess,
  ready: RegExp,
  { what, output }: { readonly what: string; readonly output: Output },
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${what} ${why}\n${output.text()}`));
    const timer = setTimeout(() => fail("did not become ready"), readyWithinMs);
    const onExit = (code: number | null, signal: string | null): void => {
      clearTimeout(timer);
      fail(`ended with ${signal ?? code}`);
    };
    child.once("exit", onExit);
    output.onText((text) => {
      const match = ready.exec(text);
      if (match === null) return;
      clearTimeout(timer);
      child.off("exit", onExit);
      output.onText(() => undefined);
      resolve(match);
    });
  });
}

async function stop(child: ChildProcess, withinMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), withinMs);
  await gone;
  clearTimeout(timer);
}
