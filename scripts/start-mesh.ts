import { defaultPorts, parsePortOffset, portOffsetProblem } from "@meshpass/protocol";
import { type MeshProcess, oneProcess, processNames, wholeMesh } from "./mesh-processes.ts";
import { createSupervisor } from "./supervisor.ts";

const { argv, stdout, stderr } = process;
const [, , name, ...rest] = argv;
/** An empty variable counts as not set. */
const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ""));
const portOffset = parsePortOffset(env.MESHPASS_PORT_OFFSET);

if (portOffset === undefined) {
  stderr.write(`start: ${portOffsetProblem}\n`);
  process.exit(1);
}

if (rest.length > 0 || (name !== undefined && !processNames.includes(name))) {
  stderr.write(
    `start: there is no ${[name, ...rest].join(" ")}; write one of ${processNames.join(", ")}, or nothing\n`,
  );
  process.exit(1);
}

const supervisor = createSupervisor({
  print: (line) => void stdout.write(`${line}\n`),
  warn: (line) => void stderr.write(`${line}\n`),
  onFailedStart: () => end(1),
});

let isEnding = false;

/** Ends every child in order, once, and then this process with `exitCode`. */
function end(exitCode: number): void {
  if (isEnding) return;
  isEnding = true;
  void supervisor.stop().then(() => process.exit(exitCode));
}

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

/** So long a process may take before that is said, in ms. */
const patienceMs = 5_000;

/** Starts one process, and says once that it is waited for if that takes long. */
async function startPatiently(each: MeshProcess, mayGoOn: Promise<unknown>): Promise<void> {
  let waiting: NodeJS.Timeout | undefined;
  void mayGoOn.then(() => {
    waiting = setTimeout(() => void stderr.write(`waiting for ${each.name}\n`), patienceMs);
  });
  await supervisor.start(each, mayGoOn);
  clearTimeout(waiting);
}

/** Each level loads its code while the one below it gets ready, and no sooner, so that it takes no time from those before. */
async function startAll(processes: readonly MeshProcess[]): Promise<void> {
  let below: Promise<unknown> = Promise.resolve();
  for (const level of new Set(processes.map((each) => each.level))) {
    const mayGoOn = below;
    const those = processes.filter((each) => each.level === level);
    below = Promise.all(those.map((each) => startPatiently(each, mayGoOn)));
    await mayGoOn;
  }
  await below;
}

if (name !== undefined) {
  await startPatiently(oneProcess(name, env, portOffset), Promise.resolve());
} else {
  await startAll(wholeMesh(env, portOffset));
  const port = defaultPorts.m1 + portOffset;
  const body = `-H 'content-type: application/json' -d '{"target":"m2"}'`;
  stdout.write(`\nTry: curl -s -X POST localhost:${port}/query ${body}\n`);
}
