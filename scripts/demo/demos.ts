import { join } from "node:path";
import { isServiceName, paths } from "@meshpass/protocol";
import { DemoError } from "./demo-error.ts";
import { type DemoPlace, readText, urlOf } from "./demo-place.ts";
import { issueKey, readPrivate, secretPath } from "./issue-credentials.ts";

/** What a demo is given: where it is, its options as they were written, and the terminal. */
export interface DemoRun {
  readonly place: DemoPlace;
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly input: NodeJS.ReadableStream;
  readonly print: (line: string) => void;
}

export interface Demo {
  /** Its options, each of which takes a text. */
  readonly options: readonly string[];
  /** Gives whether all went well; a server does so once it serves. What else goes wrong is a DemoError. */
  readonly run: (run: DemoRun) => Promise<boolean>;
}

/**
 * Every demo, by what is written after `pnpm demo`. Each imports what it runs when it is run: all of them together are ten
 * times as much code as the smallest one needs.
 */
export const demos: ReadonlyMap<string, Demo> = new Map<string, Demo>([
  ["provider", { options: [], run: ({ place }) => serve(place, "provider") }],
  ["consumer", { options: ["scope"], run: consume }],
  ["worldmappers", { options: [], run: ({ place }) => serve(place, "worldmappers") }],
  ["gift-deliveries", { options: ["secret", "audience", "scope"], run: deliverGifts }],
  ["ship-logs", { options: ["batch"], run: runShipper }],
  ["meter-fleet", { options: [], run: runFleet }],
  ["directions-cli", { options: [], run: runCli }],
]);

const secretOf = (place: DemoPlace, client: string, server: string): Promise<string> =>
  readPrivate(secretPath(place, client), `start it first: pnpm demo ${server}`);

const tokenUrlOf = ({ authServer }: DemoPlace): string => new URL(paths.oauthToken, authServer).href;

async function serve(place: DemoPlace, name: string): Promise<boolean> {
  const { serveDemo } = await import("./serve-demo.ts");
  return serveDemo(place, name);
}

async function consume({ place, values, print }: DemoRun): Promise<boolean> {
  const { runConsumer } = await import("./consumer.ts");
  const { scope: writeScope = "read write" } = values;
  const secret = await secretOf(place, "consumer", "provider");
  await runConsumer({ url: urlOf(place, "provider"), clientId: "consumer", secret, writeScope, print });
  return true;
}

async function deliverGifts({ place, values, print }: DemoRun): Promise<boolean> {
  const { runGiftDeliveries } = await import("./gift-deliveries.ts");
  const { audience = "urn:worldmappers", scope } = values;
  const secret = values.secret ?? (await secretOf(place, "gift-deliveries", "worldmappers"));
  const apiUrl = urlOf(place, "worldmappers");
  return runGiftDeliveries({
    tokenUrl: tokenUrlOf(place),
    apiUrl,
    audience,
    clientId: "gift-deliveries",
    secret,
    scope,
    print,
  });
}

async function runShipper({ place, values, input, print }: DemoRun): Promise<boolean> {
  const { batch = "100" } = values;
  if (!/^[1-9]\d{0,3}$/.test(batch)) throw new DemoError("--batch must be a number from 1 to 9999");
  const { shipLogs } = await import("./samples/ship-logs.ts");
  const clientId = "log-shipper";
  const secret = await secretOf(place, clientId, "provider");
  const collectorUrl = new URL("/write-resource", urlOf(place, "provider")).href;
  const tokenUrl = tokenUrlOf(place);
  await shipLogs({ tokenUrl, collectorUrl, clientId, secret, batchSize: Number(batch), input, print });
  return true;
}

async function runFleet({ place, print }: DemoRun): Promise<boolean> {
  const { runMeterFleet } = await import("./samples/meter-fleet.ts");
  const failed = await runMeterFleet({
    tokenUrl: tokenUrlOf(place),
    placeUrl: new URL("/api/location/reverse-geocode", urlOf(place, "worldmappers")).href,
    devices: readDevices(join(place.configFolder, "fleet.json")),
    keysFolder: join(place.stateFolder, "fleet"),
    enrol: (device, publicKey) => issueKey(place, device, publicKey),
    print,
  });
  return failed === 0;
}

function readDevices(path: string): readonly string[] {
  try {
    const devices: unknown = JSON.parse(readText(path));
    if (Array.isArray(devices) && devices.every(isServiceName)) return devices;
  } catch (error) {
    if (error instanceof DemoError) throw error;
  }
  throw new DemoError(`${path} must be a list of names such as ["meter-1"]`);
}

async function runCli({ place, print }: DemoRun): Promise<boolean> {
  const { runDirectionsCli } = await import("./samples/directions-cli.ts");
  const directionsUrl = new URL("/api/directions", urlOf(place, "worldmappers")).href;
  const keyPath = join(place.stateFolder, "cli", "directions-cli.pem");
  await runDirectionsCli({ tokenUrl: tokenUrlOf(place), directionsUrl, keyPath, print });
  return true;
}
