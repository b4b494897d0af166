import { join } from "node:path";
import { checkTransport, defaultPorts, isLoopback, parseDuration } from "@meshpass/protocol";
import { parse } from "yaml";

/** Everything that main.ts read of the world, as text; a file that is not there is undefined. */
export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string | undefined;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly operatorPort: number;
  readonly metricsPort: number;
  readonly stateFolder: string;
  readonly mapPath: string;
  readonly core: { readonly uri: string; readonly apiKey: string | undefined; readonly embedded: boolean };
  readonly accessTokenLifetimeSeconds: number;
  /** Where the configuration says it, the core is not asked. */
  readonly safeLifetimeSeconds: number | undefined;
  readonly legacyCredentials: boolean;
  /** The services that get development credentials; empty where none are made. */
  readonly developmentServices: readonly string[];
  /** Whether development credentials are good here. */
  readonly development: boolean;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly allowHttp: boolean;
}

/** The fields of `auth-server.yaml`, all optional. */
const fileFields: ReadonlySet<string> = new Set(["accessTokenLifetime", "safeLifetime", "legacyCredentials", "tls"]);

/** The configuration, or every problem with it at once, each a line that says what to do. */
export function readConfig(sources: ConfigSources): { config: Config } | { problems: readonly string[] } {
  const problems: string[] = [];
  const note = (problem: string | undefined): void => {
    if (problem !== undefined) problems.push(problem);
  };
  const { env } = sources;
  const offset = readPort(env.MESHPASS_PORT_OFFSET, 0, "MESHPASS_PORT_OFFSET", note);
  const host = env.HOST ?? "127.0.0.1";
  const port = readPort(env.PORT, defaultPorts.authServer + offset, "PORT", note);
  const stateFolder = env.MESHPASS_STATE_DIR ?? ".meshpass";
  const configFolder = env.MESHPASS_CONFIG ?? "config";
  const file = readConfigFile(sources, join(configFolder, "auth-server.yaml"), note);
  const core = readCore(sources, stateFolder, offset, note);
  const isLocal = core.embedded && isLoopback(host);
  const allowsDevelopment = isLocal && env.NODE_ENV !== "production";
  const developmentServices = (env.MESHPASS_DEVELOPMENT_SERVICES ?? "").split(",").filter((name) => name !== "");
  if (developmentServices.length > 0 && !allowsDevelopment) {
    note("development credentials need the embedded core, every listener on loopback, and NODE_ENV not production");
  }
  if (env.MESHPASS_DATABASE_URL !== undefined) note("MESHPASS_DATABASE_URL: only the SQLite store is there; unset it");
  const config: Config = {
    host,
    port,
    operatorPort: defaultPorts.operator + offset,
    metricsPort: port + defaultPorts.metricsOffset,
    stateFolder,
    mapPath: env.MESHPASS_MAP ?? join(configFolder, "interactions.yaml"),
    core,
    accessTokenLifetimeSeconds: readLifetime(file.accessTokenLifetime, "accessTokenLifetime", note) ?? 300,
    safeLifetimeSeconds: readLifetime(file.safeLifetime, "safeLifetime", note),
    legacyCredentials: readLegacy(file.legacyCredentials, isLocal, note),
    developmentServices,
    development: allowsDevelopment && developmentServices.length > 0,
    tls: readTls(sources, file.tls, note),
    allowHttp: env.MESHPASS_ALLOW_HTTP === "1",
  };
  return problems.length === 0 ? { config } : { problems };
}

type Note = (problem: string | undefined) => void;

function readPort(text: string | undefined, byDefault: number, name: string, note: Note): number {
  if (text === undefined) return byDefault;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  note(`${name} is ${JSON.stringify(text)}: write a port number, 0 to 65535`);
  return byDefault;
}

function readConfigFile({ readFile }: ConfigSources, path: string, note: Note): Readonly<Record<string, unknown>> {
  const text = readFile(path);
  if (text === undefined) return {};
  try {
    const value: unknown = parse(text) ?? {};
    if (typeof value !== "object" || Array.isArray(value)) throw new Error("it is not a mapping");
    const unknown = Object.keys(value as object).filter((name) => !fileFields.has(name));
    for (const name of unknown) note(`${path}: unknown field ${name}; known are ${[...fileFields].join(", ")}`);
    return value as Record<string, unknown>;
  } catch (error) {
    note(`${path}: ${(error as Error).message.split("\n", 1)[0]}`);
    return {};
  }
}

/** With neither variable set the embedded core is meant, which keeps its key in the state folder. */
function readCore(sources: ConfigSources, stateFolder: string, offset: number, note: Note): Config["core"] {
  const { env, readFile } = sources;
  const uri = env.SUPERTOKENS_CONNECTION_URI;
  const apiKey = readSecret(sources, "SUPERTOKENS_API_KEY", note);
  if (uri !== undefined) {
    const problem = checkTransport(uri, env.MESHPASS_ALLOW_HTTP === "1");
    if (problem !== undefined) note(`SUPERTOKENS_CONNECTION_URI ${problem}`);
    return { uri, apiKey, embedded: false };
  }
  if (apiKey !== undefined)
    note("SUPERTOKENS_API_KEY is set and SUPERTOKENS_CONNECTION_URI is not: set both or neither");
  const path = join(stateFolder, "core-api-key");
  const embeddedKey = readFile(path)?.trim();
  if (embeddedKey === undefined) {
    note(`${path} is not there: start the embedded core first (pnpm start core), or set SUPERTOKENS_CONNECTION_URI`);
  }
  return { uri: `http://127.0.0.1:${defaultPorts.core + offset}`, apiKey: embeddedKey, embedded: true };
}

/** A secret from its variable, or from the file that `<NAME>_FILE` names. */
function readSecret({ env, readFile }: ConfigSources, name: string, note: Note): string | undefined {
  const path = env[`${name}_FILE`];
  if (path === undefined) return env[name];
  if (env[name] !== undefined) note(`${name} and ${name}_FILE are both set: set one`);
  const text = readFile(path)?.trim();
  if (text === undefined || text === "") note(`${name}_FILE: ${path} cannot be read or is empty`);
  return text;
}

function readLifetime(value: unknown, name: string, note: Note): number | undefined {
  if (value === undefined) return undefined;
  const seconds = parseDuration(value);
  if (seconds !== undefined && seconds >= 10 && seconds <= 3_600) return seconds;
  note(`auth-server.yaml: ${name} must be 10s to 1h, such as 5m`);
  return undefined;
}

function readLegacy(value: unknown, isLocal: boolean, note: Note): boolean {
  if (value === undefined || value === "auto") return isLocal;
  if (value === "accept" || value === "refuse") return value === "accept";
  note("auth-server.yaml: legacyCredentials must be auto, accept or refuse");
  return false;
}

function readTls({ readFile }: ConfigSources, value: unknown, note: Note): Config["tls"] {
  if (value === undefined) return undefined;
  const { certificate, key } = (value ?? {}) as { certificate?: unknown; key?: unknown };
  const [cert, privateKey] = [certificate, key].map((path) => (typeof path === "string" ? readFile(path) : undefined));
  if (cert !== undefined && privateKey !== undefined) return { cert, key: privateKey };
  note("auth-server.yaml: tls needs certificate and key, both paths of files that can be read");
  return undefined;
}
