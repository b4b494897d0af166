import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultPorts, paths } from "@meshpass/protocol";
import { askAll } from "./ask-all.ts";
import type { Server, Stage } from "./create-stage.ts";
import { freeOffset } from "./free-offset.ts";

export type ProcessName = "core" | "authServer" | "m1" | "m2" | "m3";

/** A mesh as it ships: real processes, in a folder and on ports of its own. */
export interface Mesh {
  /** From the start of `scripts/start.ts` until it said that all is ready, in ms. */
  readonly readyMs: number;
  readonly mapPath: string;
  readonly stateFolder: string;
  port(name: ProcessName): number;
  metricsPort(name: ProcessName): number;
  pid(name: ProcessName): number;
  /** The api key of its core. */
  coreKey(): string;
  /** Has a credential made for each of `services`, as `meshpass credentials issue` does. */
  issueCredentials(services: readonly string[]): Promise<string[]>;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "../../..");
const startScript = join(root, "scripts/start.ts");

/** What stands in the command line of each process. */
const entries: Readonly<Record<ProcessName, string>> = {
  core: "packages/embedded-core/src/main.ts",
  authServer: "packages/auth-server/src/main.ts",
  m1: "packages/microservice/src/main.ts\0m1",
  m2: "packages/microservice/src/main.ts\0m2",
  m3: "packages/microservice/src/main.ts\0m3",
};

/** Starts a whole mesh with `map` as its `interactions.yaml`, or with the one that ships. `env` is put into its environment. */
export async function startMesh(stage: Stage, map?: string, env: NodeJS.ProcessEnv = {}): Promise<Mesh> {
  const offset = await freeOffset();
  const folder = stage.folder();
  const stateFolder = join(folder, "state");
  const configFolder = join(folder, "config");
  const mapPath = join(configFolder, "interactions.yaml");
  mkdirSync(configFolder);
  for (const file of ["interactions.yaml", "services.yaml", "auth-server.yaml"])
    copyFileSync(join(root, "config", file), join(configFolder, file));
  if (map !== undefined) writeFileSync(mapPath, map);
  const server = await stage.spawn([startScript], {
    ready: /Try: curl/,
    folder,
    env: {
      MESHPASS_PORT_OFFSET: String(offset),
      MESHPASS_STATE_DIR: stateFolder,
      MESHPASS_CONFIG: configFolder,
      ...env,
    },
  });
  const pids = findProcesses(server);
  const port = (name: ProcessName | "operator"): number => defaultPorts[name] + offset;
  const operator = () => readFileSync(join(stateFolder, "operator.jwt"), "utf8").trim();
  return {
    readyMs: server.readyMs,
    mapPath,
    stateFolder,
    port,
    metricsPort: (name) => port(name) + defaultPorts.metricsOffset,
    pid: (name) => pids[name],
    coreKey: () => readFileSync(join(stateFolder, "core-api-key"), "utf8").trim(),
    issueCredentials: (services) =>
      askAll(
        services.map((service) => () => issue(`http://127.0.0.1:${port("operator")}`, operator(), service)),
        atOnce,
      ),
    stop: server.stop,
  };
}

/** The children of `start`, known by their command lines. */
function findProcesses({ pid }: Server): Readonly<Record<ProcessName, number>> {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
  const lines = new Map(children.map((child) => [child, readFileSync(`/proc/${child}/cmdline`, "utf8")]));
  const find = (name: ProcessName): number => {
    const found = children.find((child) => lines.get(child)?.includes(entries[name]));
    if (found === undefined) throw new Error(`the mesh has no process ${name}`);
    return found;
  };
  return { core: find("core"), authServer: find("authServer"), m1: find("m1"), m2: find("m2"), m3: find("m3") };
}

const atOnce = 16;

async function issue(operator: string, operatorToken: string, service: string): Promise<string> {
  const answer = await fetch(operator + paths.credentials, {
    method: "POST",
    headers: { authorization: `Bearer ${operatorToken}`, "content-type": "application/json" },
    body: JSON.stringify({ service, lifetimeSeconds: 86_400 }),
  });
  const { token } = (await answer.json()) as { token?: string };
  if (answer.status !== 200 || token === undefined) throw new Error(`no credential for ${service}: ${answer.status}`);
  return token;
}
