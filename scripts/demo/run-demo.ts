import { parseArgs } from "node:util";
import { paths } from "@meshpass/protocol";
import { runConsumer } from "./consumer.ts";
import { DemoError } from "./demo-error.ts";
import { type DemoPlace, readDemoPlace, urlOf } from "./demo-place.ts";
import { runGiftDeliveries } from "./gift-deliveries.ts";
import { readPrivate, secretPath } from "./issue-credentials.ts";
import { serveDemo } from "./serve-demo.ts";

type Values = Readonly<Record<string, string | undefined>>;

interface Demo {
  /** Its options, each of which takes a text. */
  readonly options: readonly string[];
  /** Gives the exit code; of a server, once it serves, that of its orderly end. */
  readonly run: (place: DemoPlace, values: Values) => Promise<number>;
}

const { argv, env, stdout, stderr } = process;
const print = (line: string) => void stdout.write(`${line}\n`);

const secretOf = (place: DemoPlace, client: string, server: string): Promise<string> =>
  readPrivate(secretPath(place, client), `start it first: pnpm demo ${server}`);

async function serve(place: DemoPlace, name: string): Promise<number> {
  await serveDemo(place, name);
  return 0;
}

async function consume(place: DemoPlace, { scope = "read write" }: Values): Promise<number> {
  const secret = await secretOf(place, "consumer", "provider");
  await runConsumer({ url: urlOf(place, "provider"), clientId: "consumer", secret, writeScope: scope, print });
  return 0;
}

async function deliverGifts(place: DemoPlace, { audience = "urn:worldmappers", ...values }: Values): Promise<number> {
  return runGiftDeliveries({
    tokenUrl: new URL(paths.oauthToken, place.authServer).href,
    apiUrl: urlOf(place, "worldmappers"),
    audience,
    clientId: "gift-deliveries",
    secret: values.secret ?? (await secretOf(place, "gift-deliveries", "worldmappers")),
    scope: values.scope,
    print,
  });
}

const demos: ReadonlyMap<string, Demo> = new Map<string, Demo>([
  ["provider", { options: [], run: (place) => serve(place, "provider") }],
  ["consumer", { options: ["scope"], run: consume }],
  ["worldmappers", { options: [], run: (place) => serve(place, "worldmappers") }],
  ["gift-deliveries", { options: ["secret", "audience", "scope"], run: deliverGifts }],
]);

try {
  const [, , name = "", ...args] = argv;
  const demo = demos.get(name);
  if (demo === undefined)
    throw new DemoError(`there is no ${name || "demo"}; write one of ${[...demos.keys()].join(", ")}`);
  process.exitCode = await demo.run(readDemoPlace(readEnv()), readOptions(name, demo, args));
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
