import type { MeshProcess } from "./mesh-processes.ts";
import { createSupervisor } from "./supervisor.ts";

/** Processes that run until this one is told to end, or its parent is gone. */
export interface Supervision {
  /** Starts one process, which goes on when `mayGoOn` resolves, and says once that it is waited for if that takes long. */
  start(process: MeshProcess, mayGoOn: Promise<unknown>): Promise<void>;
  /**
   * Starts `processes`. Each level loads its code while the one below it gets ready, and no sooner, so that it takes no
   * time from those before.
   */
  startAll(processes: readonly MeshProcess[]): Promise<void>;
  /** Ends every child in order, once, and then this process with `exitCode`. */
  end(exitCode: number): void;
}

/** So long a process may take before that is said, in ms. */
const patienceMs = 5_000;

/** Supervises children of this process, and prints what they print; SIGINT, SIGTERM and SIGHUP end them, and then it. */
export function supervise(): Supervision {
  const { stdout, stderr } = process;
  let isEnding = false;

  function end(exitCode: number): void {
    if (isEnding) return;
    isEnding = true;
    void supervisor.stop().then(() => process.exit(exitCode));
  }
  const supervisor = createSupervisor({
    print: (line) => void stdout.write(`${line}\n`),
    warn: (line) => void stderr.write(`${line}\n`),
    onFailedStart: () => end(1),
  });

  /** In order at the first signal, at once at the second. */
  function endOrKill(): void {
    if (!isEnding) {
      end(0);
      return;
    }
    supervisor.kill();
    process.exit(1);
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, endOrKill);

  // A parent that was killed sends no signal: its number changes, and a mesh that nobody can stop must not stay.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end(0);
  }, 500).unref();

  async function start(each: MeshProcess, mayGoOn: Promise<unknown>): Promise<void> {
    let waiting: NodeJS.Timeout | undefined;
    void mayGoOn.then(() => {
      waiting = setTimeout(() => void stderr.write(`waiting for ${each.name}\n`), patienceMs);
    });
    await supervisor.start(each, mayGoOn);
    clearTimeout(waiting);
  }

  async function startAll(processes: readonly MeshProcess[]): Promise<void> {
    let below: Promise<unknown> = Promise.resolve();
    for (const level of new Set(processes.map((each) => each.level))) {
      const mayGoOn = below;
      const those = processes.filter((each) => each.level === level);
      below = Promise.all(those.map((each) => start(each, mayGoOn)));
      await mayGoOn;
    }
    await below;
  }
  return { start, startAll, end };
}
