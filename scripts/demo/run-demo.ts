import { parseArgs } from "node:util";
import { DemoError } from "./demo-error.ts";
import { readDemoPlace } from "./demo-place.ts";
import { type Demo, type DemoRun, demos } from "./demos.ts";

const { argv, env, stdin, stdout, stderr } = process;

try {
  const [, , name = "", ...args] = argv;
  const demo = demos.get(name);
  if (demo === undefined)
    throw new DemoError(`there is no ${name || "demo"}; write one of ${[...demos.keys()].join(", ")}`);
  const isDone = await demo.run({
    place: readDemoPlace(readEnv()),
    values: readOptions(name, demo, args),
    input: stdin,
    print: (line) => void stdout.write(`${line}\n`),
  });
  if (!isDone) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof DemoError)) throw error;
  stderr.write(`demo: ${error.message}\n`);
  process.exitCode = 1;
}

/** An empty variable counts as not set. */
function readEnv() {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
}

function readOptions(name: string, { options }: Demo, args: readonly string[]): DemoRun["values"] {
  const known = Object.fromEntries(options.map((option) => [option, { type: "string" as const }]));
  try {
    return parseArgs({ args: [...args], options: known }).values;
  } catch (error) {
    const listed = options.map((option) => `--${option} TEXT`).join(", ") || "no options";
    throw new DemoError(`${(error as Error).message}; ${name} takes ${listed}`);
  }
}
