import { defaultPorts, parsePortOffset, portOffsetProblem } from "@meshpass/protocol";
import { oneProcess, processNames, wholeMesh } from "./mesh-processes.ts";
import { supervise } from "./supervise.ts";

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

const { start, startAll } = supervise();

if (name !== undefined) {
  await start(oneProcess(name, env, portOffset), Promise.resolve());
} else {
  await startAll(wholeMesh(env, portOffset));
  const port = defaultPorts.m1 + portOffset;
  const body = `-H 'content-type: application/json' -d '{"target":"m2"}'`;
  stdout.write(`\nTry: curl -s -X POST localhost:${port}/query ${body}\n`);
}
