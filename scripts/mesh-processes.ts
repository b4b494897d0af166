import { join } from "node:path";
import { defaultPorts, isLoopback } from "@meshpass/protocol";

export type Env = Readonly<Record<string, string | undefined>>;

/** How to start one process of the mesh. */
export interface MeshProcess {
  readonly name: string;
  /** It comes up after those of a lower level, which it asks, and ends before them, so that it can say goodbye. */
  readonly level: number;
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
 * The processes of the whole mesh, by their level, each with its environment: `env` as it is, less what can be meant for one of them only.
 */
export function wholeMesh(env: Env, portOffset: number): readonly MeshProcess[] {
  const shared = withoutOwn(env);
  const services = microservices.map((name) => oneProcess(name, shared, portOffset));
  return [...issuingProcesses(env, portOffset, microservices), ...services];
}

/**
 * What issues tokens: the core, where `env` names no other, and the auth server, which makes development credentials for
 * `services` where that may be done.
 */
export function issuingProcesses(env: Env, portOffset: number, services: readonly string[]): readonly MeshProcess[] {
  const shared = withoutOwn(env);
  const development = isDevelopment(env) ? { MESHPASS_DEVELOPMENT_SERVICES: services.join(",") } : {};
  const core = env.SUPERTOKENS_CONNECTION_URI === undefined ? [oneProcess("core", shared, portOffset)] : [];
  return [...core, oneProcess("auth-server", { ...shared, ...development }, portOffset)];
}

/** The service `name` with its sample profile, at the address that services.yaml gives it. */
export const profileProcess = (name: string, env: Env): MeshProcess => ({
  name,
  level: 2,
  args: [entry("microservice"), name],
  env: withoutCore(withoutOwn(env)),
});

/** The process called `name`, which is one of `processNames`. */
export function oneProcess(name: string, env: Env, portOffset: number): MeshProcess {
  if (name === "auth-server") return { name, level: 1, args: [entry("auth-server")], env };
  const own = withoutCore(env);
  if (name === "core") {
    const port = String(defaultPorts.core + portOffset);
    return { name, level: 0, args: [entry("embedded-core")], env: { PORT: port, ...own, HOST: undefined } };
  }
  const port = String(defaultPorts[name as (typeof microservices)[number]] + portOffset);
  return {
    name,
    level: 2,
    args: [entry("microservice"), name],
    env: { PORT: port, ...credentialOf(name, own), ...own },
  };
}

/** What can be meant for one process only: a port, and the credential of a service. */
const withoutOwn = (env: Env): Env => {
  const { PORT: _port, MESHPASS_CREDENTIAL: _text, MESHPASS_CREDENTIAL_FILE: _file, ...shared } = env;
  return shared;
};

/** Only the auth server holds the key of a core. */
const withoutCore = (env: Env): Env =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("SUPERTOKENS_")));

/** The credential that `start` or the operator made, unless the environment names another. */
function credentialOf(name: string, env: Env): Env {
  const path = join(env.MESHPASS_STATE_DIR ?? ".meshpass", "credentials", `${name}.jwt`);
  return env.MESHPASS_CREDENTIAL === undefined ? { MESHPASS_CREDENTIAL_FILE: path } : {};
}
