import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readServices, type Service } from "@meshpass/microservice/services-file";
import { checkTransport, defaultPorts, parsePortOffset, portOffsetProblem } from "@meshpass/protocol";
import type { Env } from "../mesh-processes.ts";
import { DemoError } from "./demo-error.ts";

/** Folders and addresses of the demos: their own, so that no demo touches the mesh of `pnpm start`. */
export interface DemoPlace {
  /** For the processes that a demo starts. */
  readonly env: Env;
  readonly portOffset: number;
  readonly configFolder: string;
  readonly stateFolder: string;
  /** The auth server's origin. */
  readonly authServer: string;
  /** Whether somebody named that auth server, who then has to start it, too. */
  readonly isNamed: boolean;
  /** The operator interface's origin. */
  readonly operator: string;
  readonly services: ReadonlyMap<string, Service>;
}

/**
 * Where the demos are, by `env`: the folder `demo` in the folders of configuration and state.
 *
 * @throws DemoError
 */
export function readDemoPlace(env: Env): DemoPlace {
  const portOffset = parsePortOffset(env.MESHPASS_PORT_OFFSET);
  if (portOffset === undefined) throw new DemoError(portOffsetProblem);
  const configFolder = join(env.MESHPASS_CONFIG ?? "config", "demo");
  const stateFolder = join(env.MESHPASS_STATE_DIR ?? ".meshpass", "demo");
  const own = { MESHPASS_CONFIG: configFolder, MESHPASS_STATE_DIR: stateFolder, MESHPASS_MAP: undefined };
  const authServer = env.MESHPASS_AUTH_SERVER ?? `http://127.0.0.1:${defaultPorts.authServer + portOffset}`;
  const problem = checkTransport(authServer, env.MESHPASS_ALLOW_HTTP === "1");
  if (problem !== undefined) throw new DemoError(`MESHPASS_AUTH_SERVER ${problem}`);
  return {
    env: { ...env, ...own },
    portOffset,
    configFolder,
    stateFolder,
    authServer: new URL(authServer).origin,
    isNamed: env.MESHPASS_AUTH_SERVER !== undefined,
    operator: `http://127.0.0.1:${defaultPorts.operator + portOffset}`,
    services: readServicesFile(join(configFolder, "services.yaml"), portOffset),
  };
}

function readServicesFile(path: string, portOffset: number): ReadonlyMap<string, Service> {
  const { services, problems } = readServices(readText(path), { portOffset });
  if (services !== undefined) return services;
  throw new DemoError(problems.map(({ line, message }) => `${path}:${line}: ${message}`).join("\n"));
}

/**
 * The text of a file of the configuration.
 *
 * @throws DemoError
 */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new DemoError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}); run demos at the root`);
  }
}

/**
 * Where `service` is.
 *
 * @throws DemoError
 */
export function urlOf({ services, configFolder }: DemoPlace, service: string): string {
  const url = services.get(service)?.url;
  if (url === undefined) throw new DemoError(`${configFolder}/services.yaml has no ${service}`);
  return url;
}

/** `url` as it is shown: this machine by its name. */
export const shown = (url: string): string => url.replace("//127.0.0.1:", "//localhost:");
