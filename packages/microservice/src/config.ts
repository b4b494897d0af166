import { join } from "node:path";
import type { ClientOptions } from "@meshpass/client";
import { logLevelProblem } from "@meshpass/http-server";
import { checkTransport, defaultPorts, isLoopback, parsePortOffset, portOffsetProblem } from "@meshpass/protocol";
import type { MicroserviceParts } from "./app.ts";
import { readServices, type Service } from "./services-file.ts";

/** Everything that main.ts read of the world, as text; a file that is not there is undefined. */
export interface ConfigSources {
  /** What stands after the file in the command line. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string | undefined;
}

export interface Config {
  readonly name: string;
  readonly services: ReadonlyMap<string, Service>;
  readonly authServer: string;
  /** The issuer of the auth server's OAuth tokens, which are accepted beside those of `/accesstoken`. */
  readonly issuer: string;
  readonly credential: ClientOptions["credential"];
  readonly host: string;
  readonly port: number;
  readonly metricsPort: number;
  readonly openQuery: MicroserviceParts["openQuery"];
  /** What becomes of tokens while the feed of cut-offs is not live. */
  readonly staleFeed: "accept" | "refuse";
  readonly allowHttp: boolean;
}

/** An empty variable counts as not set: an empty `HOST` must not mean every interface. */
const setVariables = (env: ConfigSources["env"]): ConfigSources["env"] =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));

type Note = (problem: string | undefined) => void;

/** The configuration of one service, or every problem with it at once, each a line that says what to do. */
export function readConfig(sources: ConfigSources): { config: Config } | { problems: readonly string[] } {
  const problems: string[] = [];
  const note: Note = (problem) => {
    if (problem !== undefined) problems.push(problem);
  };
  const env = setVariables(sources.env);
  const allowHttp = env.MESHPASS_ALLOW_HTTP === "1";
  const offset = parsePortOffset(env.MESHPASS_PORT_OFFSET);
  if (offset === undefined) note(portOffsetProblem);
  note(logLevelProblem(env.LOG_LEVEL));
  const services = readServicesFile({ ...sources, env }, { portOffset: offset ?? 0, allowHttp }, note);
  const name = readName(sources.args, services, note);
  const host = env.HOST ?? "127.0.0.1";
  const port = readPort(env.PORT, note) ?? portOf(services.get(name)?.url);
  const authServer = readAuthServer(env.MESHPASS_AUTH_SERVER, offset ?? 0, allowHttp, note);
  const config: Config = {
    name,
    services,
    authServer,
    issuer: env.MESHPASS_ISSUER ?? authServer.replace(/\/$/, ""),
    credential: readCredential(sources.env, name, note),
    host,
    port,
    // 0 lets the system choose both, for tests.
    metricsPort: port === 0 ? 0 : port + defaultPorts.metricsOffset,
    openQuery: env.MESHPASS_OPEN_QUERY === "1" ? "anybody" : isLoopback(host) ? "this machine" : "callers",
    staleFeed: readStaleFeed(env.MESHPASS_STALE_FEED, note),
    allowHttp,
  };
  return problems.length === 0 ? { config } : { problems };
}

/** Metrics have the port 1000 above. */
const highestPort = 65_535 - defaultPorts.metricsOffset;

function readPort(text: string | undefined, note: Note): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= highestPort) return Number(text);
  note(`PORT is ${JSON.stringify(text)}: write a number from 0 to ${highestPort} (metrics are 1000 above)`);
  return undefined;
}

function readServicesFile(
  { env, readFile }: ConfigSources,
  options: { readonly portOffset: number; readonly allowHttp: boolean },
  note: Note,
): ReadonlyMap<string, Service> {
  const path = join(env.MESHPASS_CONFIG ?? "config", "services.yaml");
  const text = readFile(path);
  if (text === undefined) note(`${path} cannot be read: write the url of each service there, or set MESHPASS_CONFIG`);
  const { services, problems = [] } = readServices(text ?? "", options);
  if (text !== undefined)
    for (const { line, column, message } of problems) note(`${path}:${line}:${column}: ${message}`);
  return services ?? new Map();
}

function readName(args: readonly string[], services: ReadonlyMap<string, Service>, note: Note): string {
  const [name = "", ...others] = args;
  const known = [...services.keys()].join(", ");
  // Without a services file there is nothing to compare with, and that is said already.
  if (services.size > 0 && (others.length > 0 || !services.has(name)))
    note(`give the name of one service of services.yaml: ${known}`);
  return name;
}

function readAuthServer(url: string | undefined, offset: number, allowHttp: boolean, note: Note): string {
  const authServer = url ?? `http://127.0.0.1:${defaultPorts.authServer + offset}`;
  const problem = checkTransport(authServer, allowHttp);
  if (problem !== undefined) note(`MESHPASS_AUTH_SERVER ${problem}`);
  else if (new URL(authServer).pathname !== "/") note("MESHPASS_AUTH_SERVER must be an origin, without a path");
  return authServer;
}

function readCredential(env: ConfigSources["env"], name: string, note: Note): ClientOptions["credential"] {
  const { MESHPASS_CREDENTIAL: text, MESHPASS_CREDENTIAL_FILE: file } = env;
  if (text !== undefined && file !== undefined)
    note("MESHPASS_CREDENTIAL and MESHPASS_CREDENTIAL_FILE are both set: set one");
  if (text !== undefined && text.trim() === "") note("MESHPASS_CREDENTIAL is empty: set it, or unset it");
  if (file === "") note("MESHPASS_CREDENTIAL_FILE is empty: set it, or unset it");
  return text ?? { file: file ?? join(env.MESHPASS_STATE_DIR || ".meshpass", "credentials", `${name}.jwt`) };
}

function readStaleFeed(text: string | undefined, note: Note): Config["staleFeed"] {
  if (text === "accept" || text === "refuse") return text;
  if (text !== undefined) note(`MESHPASS_STALE_FEED is ${JSON.stringify(text)}: write accept or refuse`);
  return "accept";
}

const portOf = (url: string | undefined): number => {
  const { port, protocol } = new URL(url ?? "http://localhost");
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
};
