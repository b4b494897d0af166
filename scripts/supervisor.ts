import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { compileCache } from "./compile-cache.ts";
import type { MeshProcess } from "./mesh-processes.ts";

export interface SupervisorOptions {
  /** Gets every line that a child prints to its standard output. */
  readonly print: (line: string) => void;
  /** Gets one line for each thing that went wrong. */
  readonly warn: (line: string) => void;
  /** Called when a child gave up before it had ever been ready: it has said what to mend, and a restart mends nothing. */
  readonly onFailedStart: () => void;
}

export interface Supervisor {
  /**
   * Starts a process, which goes on when `mayGoOn` resolves and only loads its code until then; resolves when it has
   * printed its first line, which it does when it is really ready.
   */
  start(process: MeshProcess, mayGoOn: Promise<unknown>): Promise<void>;
  /** Asks the children to end, the highest level first, and resolves when all have. None is restarted from here on. */
  stop(): Promise<void>;
  /** Ends every child at once. */
  kill(): void;
}

/** The first restart waits this long, each further one twice as long, up to the last; in ms. */
const backOff = { first: 500, last: 5_000 };

/** A child ends within 3 s of being asked to; what has not ended by then never will. In ms. */
const stopWithinMs = 4_000;

interface Child {
  readonly level: number;
  readonly process: ChildProcess;
}

/** A child that was up for this long has recovered, in ms: the next restart is a first one again. */
const recoveredAfterMs = 30_000;

/**
 * Runs processes and keeps them running: one that ends unexpectedly is started again after a while, with one line.
 *
 * A child has a process group of its own, so that a Ctrl-C reaches it once, from here; its standard input is a pipe
 * whose end tells it that the supervisor is gone, however that went.
 */
export function createSupervisor({ print, warn, onFailedStart }: SupervisorOptions): Supervisor {
  const children = new Map<string, Child>();
  let isStopping = false;

  const stopLevel = async (level: number): Promise<void> => {
    const ending = [...children.values()].filter((child) => child.level === level).map(({ process }) => process);
    const ends = ending.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    for (const child of ending) child.kill("SIGTERM");
    // One that is frozen hears no signal but this.
    const timer = setTimeout(() => ending.forEach(kill), stopWithinMs);
    await Promise.all(ends);
    clearTimeout(timer);
  };

  const run = (process: MeshProcess, mayGoOn: Promise<unknown>, delay: number, onReady: () => void): void => {
    const startedAt = performance.now();
    let wasReady = delay > 0;
    const child = spawnChild(process);
    void mayGoOn.then(() => child.stdin?.write("go on\n"));
    children.set(process.name, { level: process.level, process: child });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      print(line);
      wasReady = true;
      onReady();
    });
    child.once("exit", (code, signal) => {
      children.delete(process.name);
      if (isStopping) return;
      const end = signal ?? `exit code ${code}`;
      if (!wasReady && signal === null) {
        warn(`${process.name} could not start (${end})`);
        return onFailedStart();
      }
      const isRecovered = performance.now() - startedAt > recoveredAfterMs;
      const wait = delay === 0 || isRecovered ? backOff.first : Math.min(2 * delay, backOff.last);
      warn(`${process.name} ended (${end}); starting it again in ${wait / 1_000} s`);
      setTimeout(() => isStopping || run(process, mayGoOn, wait, onReady), wait);
    });
  };

  return {
    start: (process, mayGoOn) => new Promise((resolve) => run(process, mayGoOn, 0, resolve)),
    stop: async () => {
      isStopping = true;
      const levels = new Set([...children.values()].map(({ level }) => level));
      for (const level of [...levels].sort((a, b) => b - a)) await stopLevel(level);
    },
    kill: () => {
      isStopping = true;
      for (const { process } of children.values()) kill(process);
    },
  };
}

const kill = (child: ChildProcess): boolean => child.kill("SIGKILL");

/** It waits for a word on its standard input before it does more than to load its code. */
function spawnChild({ args, env }: MeshProcess): ChildProcess {
  const child = spawn(process.execPath, args, {
    detached: true,
    env: { NODE_COMPILE_CACHE: compileCache, ...env, MESHPASS_PARENT_PIPE: "1", MESHPASS_AWAIT_PARENT: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  // What is written to one that has ended fails; its exit says all.
  child.stdin?.on("error", () => undefined);
  return child;
}
