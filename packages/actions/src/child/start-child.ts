import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { extname, resolve } from "node:path";
import type { ActionSource, ToRunner } from "../runner/messages.ts";
import { readBoundedLines } from "./read-bounded-lines.ts";

/** What a child is started with: told each line that it says, and once that it has ended. */
export interface ChildEvents {
  readonly onLine: (line: string) => void;
  /** After it nothing comes any more. `why` is for a person, such as `ended by SIGKILL`. */
  readonly onEnd: (why: string) => void;
}

/** The process that runs actions. */
export interface Child {
  send(line: string): void;
  /** At once; `onEnd` follows. */
  kill(): void;
}

/** Starts a process for one set of actions. */
export type StartChild = (events: ChildEvents) => Child;

const maxLineLength = 16_384;
const memoryMb = 64;
const runner = resolve(import.meta.dirname, "../runner");

/**
 * What the child may do: read its own code, and nothing else that Node's permission model names. No code is made out of
 * text, and what the language itself brings cannot be changed.
 */
const limits: readonly string[] = [
  "--permission",
  `--allow-fs-read=${runner}/`,
  `--allow-fs-read=${resolve(runner, "../../package.json")}`,
  `--max-old-space-size=${memoryMb}`,
  "--disallow-code-generation-from-strings",
  "--frozen-intrinsics",
];

/**
 * A child with `sources`: an empty environment, the root as its folder, and no file descriptor but one pair of pipes.
 * It says at first whether the actions load. One that cannot be started has ended, a moment later.
 */
export function startChild(sources: readonly ActionSource[], { onLine, onEnd }: ChildEvents): Child {
  let end: ((why: string) => void) | undefined = onEnd;
  const endOnce = (why: string): void => {
    end?.(why);
    end = undefined;
  };
  try {
    const child = spawnRunner();
    // Of a process that never ran, `close` may come or not.
    child.on("error", ({ message }) => child.pid === undefined && endOnce(`could not be started: ${message}`));
    child.on("close", (code, signal) => endOnce(describeEnd(code, signal)));
    const channel = child.stdio?.[3] as Socket | undefined;
    const send = (line: string): void => void channel?.write(`${line}\n`);
    // Writing to one that has ended fails, and `close` says so too.
    channel?.on("error", () => undefined);
    // What is too long is no message, as an empty line is none.
    if (channel !== undefined) readBoundedLines(channel, maxLineLength, onLine, () => onLine(""));
    send(JSON.stringify(sources satisfies ToRunner));
    return { send, kill: () => void child.kill("SIGKILL") };
  } catch (error) {
    setImmediate(() => endOnce(`could not be started: ${(error as Error).message}`));
    return { send: () => undefined, kill: () => undefined };
  }
}

function spawnRunner(): ChildProcess {
  // What runs here is either all TypeScript, or all built.
  const main = resolve(runner, `main${extname(import.meta.filename)}`);
  const stdio: StdioOptions = ["ignore", "ignore", "ignore", "pipe"];
  return spawn(process.execPath, [...limits, main], { cwd: "/", env: {}, stdio });
}

function describeEnd(code: number | null, signal: string | null): string {
  // So V8 ends a process that has no memory left.
  if (signal === "SIGABRT") return `ended by SIGABRT, as it does past its ${memoryMb} MB of memory`;
  return signal === null ? `ended with ${code}` : `ended by ${signal}`;
}
