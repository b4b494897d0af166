import { parseArgs } from "node:util";
import { runConsumer } from "./consumer.ts";
import { DemoError } from "./demo-error.ts";
import { type DemoPlace, readDemoPlace, urlOf } from "./demo-place.ts";
import { readPrivate, secretPath } from "./issue-credentials.ts";
import { serveDemo } from "./serve-demo.ts";

type Values = Readonly<Record<string, string | undefined>>;

interface Demo {
  /** Its options, each of which takes a text. */
  readonly options: readonly string[];
  readonly run: (place: DemoPlace, values: Values) => Promise<void>;
}

const { argv, env, stdout, stderr } = process;
const print = (line: string) => void stdout.write(`${line}\n`);

const demos: ReadonlyMap<string, Demo> = new Map<string, Demo>([
  ["provider", { options: [], run: (place) => serveDemo(place, "provider") }],
  [
    "consumer",
    {
      options: ["scope"],
      run: async (place, { scope = "read write" }) => {
        const secret = await readPrivate(secretPath(place, "consumer"), "start it first: pnpm demo provider");
        await runConsumer({ url: urlOf(place, "provider"), clientId: "consumer", secret, writeScope: scope, print });
      },
    },
  ],
]);

try {
  const [, , name = "", ...args] = argv;
  const demo = demos.get(name);
  if (demo === undefined)
    throw new DemoError(`there is no ${name || "demo"}; write one of ${[...demos.keys()].join(", ")}`);
  await demo.run(readDemoPlace(readEnv()), readOptions(name, demo, args));
} catch (error) {
  if (!(error instanceof DemoError)) throw error;
  stderr.write(`demo: ${error.message}\n`);
  process.exitCode = 1;
}

/** An empty variable counts as not set. */
function readEnv() {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
}

function readOptions(name: string, { options }: Demo, args: readonly string[]): Values {
  const known = Object.fromEntries(options.map((option) => [option, { type: "string" as const }]));
  try {
    return parseArgs({ args: [...args], options: known }).values;
  } catch (error) {
    const listed = options.map((option) => `--${option} TEXT`).join(", ") || "none";
    throw new DemoError(`${(error as Error).message}; ${name} takes ${listed}`);
  }
}
