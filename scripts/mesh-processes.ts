import { join } from "node:path";
import { defaultPorts, isLoopback } from "@meshpass/protocol";

type Env = Readonly<Record<string, string | undefined>>;

/** How to start one process of the mesh. */
export interface MeshProcess {
  readonly name: string;
  /** Arguments for node: the entry file and what follows it. */
  readonly args: readonly string[];
  readonly env: Env;
}

const root = join(import.meta.dirname, "..");
const entry = (name: string): string => join(root, "packages", name, "src", "main.ts");

const microservices = ["m1", "m2", "m3"] as const;

/** What `start` can start by name. */
export const processNames: readonly string[] = ["core", "auth-server", ...microservices];

/**
 * Development credentials are made only where nothing of this mesh can be reached from outside and the keys are the
 * embedded core's own; the auth server checks the same again for itself.
 */
const isDevelopment = (env: Env): boolean =>
  env.SUPERTOKENS_CONNECTION_URI === undefined &&
  env.MESHPASS_DATABASE_URL === undefined &&
  env.NODE_ENV !== "production" &&
  isLoopback(env.HOST ?? "127.0.0.1");

/**
 * The processes of the whole mesh in the order in which they must come up, each with its environment: `env` as it is,
 * less `PORT`, which can mean only one of them.
 */
export function wholeMesh(env: Env): readonly MeshProcess[] {
  const { PORT: _port, ...shared } = env;
  const development = isDevelopment(env) ? { MESHPASS_DEVELOPMENT_SERVICES: microservices.join(",") } : {};
  const core = env.SUPERTOKENS_CONNECTION_URI === undefined ? [oneProcess("core", shared)] : [];
  const authServer = oneProcess("auth-server", { ...shared, ...development });
  return [...core, authServer, ...microservices.map((name) => oneProcess(name, shared))];
}

/** The process called `name`, which is one of `processNames`. */
export function oneProcess(name: string, env: Env): MeshProcess {
  const offset = Number(env.MESHPASS_PORT_OFFSET ?? 0);
  if (name === "core") {
    const own = { PORT: String(defaultPorts.core + offset), HOST: undefined };
    return { name, args: [entry("embedded-core")], env: { ...env, ...own } };
  }
  if (name === "auth-server") return { name, args: [entry("auth-server")], env };
  const port = defaultPorts[name as (typeof microservices)[number]] + offset;
  const credential = join(env.MESHPASS_STATE_DIR ?? ".meshpass", "credentials", `${name}.jwt`);
  const own = { PORT: String(port), ...credentialEnv(env, credential) };
  return { name, args: [entry("microservice"), name], env: { ...own, ...env } };
}

/** The credential that `start` or the operator made, unless the environment names another. */
const credentialEnv = (env: Env, path: string): Env =>
  env.MESHPASS_CREDENTIAL === undefined ? { MESHPASS_CREDENTIAL_FILE: path } : {};
