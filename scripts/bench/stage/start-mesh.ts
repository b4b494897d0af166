import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultPorts, paths } from "@meshpass/protocol";
import { residentMb } from "../measure/resident-mb.ts";
import { askAll } from "./ask-all.ts";
import type { Server, Stage } from "./create-stage.ts";
import { freeOffset } from "./free-offset.ts";

/** What stands in the command line of each process. */
const entries = {
  core: "packages/embedded-core/src/main.ts",
  authServer: "packages/auth-server/src/main.ts",
  m1: "packages/microservice/src/main.ts\0m1",
  m2: "packages/microservice/src/main.ts\0m2",
  m3: "packages/microservice/src/main.ts\0m3",
} as const;

type ProcessName = keyof typeof entries;

/** A mesh as it ships: real processes, in a folder and on ports of its own. */
export interface Mesh {
  /** From the start of `scripts/start.ts` until it said that all is ready, in ms. */
  readonly readyMs: number;
  /** What each process had in memory then, by name. */
  readonly readyMemoryMb: ReadonlyMap<string, number>;
  readonly mapPath: string;
  port(name: ProcessName): number;
  metricsPort(name: ProcessName): number;
  pid(name: ProcessName): number;
  /** The api key of its core. */
  coreKey(): string;
  /** Has a credential made for each of `services`, as `meshpass credentials issue` does. */
  issueCredentials(services: readonly string[]): Promise<string[]>;
  stop(): Promise<void>;
}

export interface MeshOptions {
  /** The text of `interactions.yaml`; the one that ships without it. */
  readonly map?: string;
  /** Leave m1 to m3 out. */
  readonly withoutServices?: boolean;
}

const root = join(import.meta.dirname, "../../..");
const startScript = join(root, "scripts/start.ts");
const credentialsAtOnce = 16;

/** Starts a mesh and waits until it is ready. */
export async function startMesh(stage: Stage, { map, withoutServices = false }: MeshOptions = {}): Promise<Mesh> {
  const offset = await freeOffset();
  const folder = stage.folder();
  const mapPath = join(folder, "config", "interactions.yaml");
  writeConfig(join(folder, "config"));
  if (map !== undefined) writeFileSync(mapPath, map);
  const servers = await startProcesses(stage, { folder, offset, withoutServices });
  const pids = findProcesses(servers);
  const port = (name: ProcessName | "operator"): number => defaultPorts[name] + offset;
  const read = (file: string): string => readFileSync(join(folder, "state", file), "utf8").trim();
  const issuer = `http://127.0.0.1:${port("operator")}`;
  return {
    readyMs: servers.reduce((sum, { readyMs }) => sum + readyMs, 0),
    readyMemoryMb: new Map([...pids].map(([name, pid]) => [name, residentMb(pid)])),
    mapPath,
    port,
    metricsPort: (name) => port(name) + defaultPorts.metricsOffset,
    pid: (name) => {
      const pid = pids.get(name);
      if (pid === undefined) throw new Error(`the mesh has no process ${name}`);
      return pid;
    },
    coreKey: () => read("core-api-key"),
    issueCredentials: (services) => {
      const token = read("operator.jwt");
      const questions = services.map((service) => () => issueCredential(issuer, token, service));
      return askAll(questions, credentialsAtOnce);
    },
    stop: async () => {
      for (const server of servers.toReversed()) await server.stop();
    },
  };
}

function writeConfig(folder: string): void {
  mkdirSync(folder);
  for (const file of ["interactions.yaml", "services.yaml", "auth-server.yaml"])
    copyFileSync(join(root, "config", file), join(folder, file));
}

async function startProcesses(
  stage: Stage,
  place: { readonly folder: string; readonly offset: number; readonly withoutServices: boolean },
): Promise<Server[]> {
  const { folder, offset, withoutServices } = place;
  const env = {
    MESHPASS_PORT_OFFSET: String(offset),
    MESHPASS_STATE_DIR: join(folder, "state"),
    MESHPASS_CONFIG: join(folder, "config"),
  };
  const run = (args: readonly string[], ready: RegExp) => stage.spawn([startScript, ...args], { ready, folder, env });
  if (!withoutServices) return [await run([], /Try: curl/)];
  const core = await run(["core"], /Embedded core on/);
  return [core, await run(["auth-server"], /Server auth server on/)];
}

/** The children of each `start`, known by their command lines. */
function findProcesses(servers: readonly Server[]): ReadonlyMap<string, number> {
  const pids = new Map<string, number>();
  for (const { pid } of servers)
    for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")) {
      const command = readFileSync(`/proc/${child}/cmdline`, "utf8");
      const [name] = Object.entries(entries).find(([, entry]) => command.includes(entry)) ?? [];
      if (name !== undefined) pids.set(name, Number(child));
    }
  return pids;
}

async function issueCredential(operator: string, operatorToken: string, service: string): Promise<string> {
  const answer = await fetch(operator + paths.credentials, {
    method: "POST",
    headers: { authorization: `Bearer ${operatorToken}`, "content-type": "application/json" },
    body: JSON.stringify({ service, lifetimeSeconds: 86_400 }),
  });
  const { token } = (await answer.json()) as { token?: string };
  if (answer.status !== 200 || token === undefined) throw new Error(`no credential for ${service}: ${answer.status}`);
  return token;
}
