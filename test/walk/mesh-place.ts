import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultPorts } from "@meshpass/protocol";
import type { Test } from "tap";
import { type Answer, postJson } from "./ask.ts";
import { freeOffset } from "./free-offset.ts";
import { listenerPid } from "./listener-pid.ts";
import { meshFolder } from "./mesh-folder.ts";

export type ServerName = Exclude<keyof typeof defaultPorts, "metricsOffset">;

/** The folders and ports of a mesh of its own, whether or not a process is there. */
export interface MeshPlace {
  readonly env: NodeJS.ProcessEnv;
  /** Where its processes run: the folder that holds the others. */
  readonly folder: string;
  readonly mapPath: string;
  readonly stateFolder: string;
  /** `http://localhost:<port>` of a server, moved by the mesh's offset. */
  url(name: ServerName): string;
  /** Of the metrics of a server. */
  metricsUrl(name: ServerName): string;
  /** `POST /query` at `caller`; the target is sent as it is. */
  query(caller: "m1" | "m2" | "m3", target: unknown): Promise<Answer>;
  credential(service: string): string;
  /** The pid of the process that listens for `name`. */
  pid(name: ServerName): number;
}

const root = join(import.meta.dirname, "..", "..");

/** Makes a place for a mesh, with the configuration that ships and on ports that are free. `extra` is put into its environment. */
export async function createPlace(t: Test, extra: NodeJS.ProcessEnv = {}): Promise<MeshPlace> {
  const offset = await freeOffset();
  const folder = meshFolder(t);
  const configFolder = join(folder, "config");
  const stateFolder = join(folder, "state");
  copyConfig(configFolder);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    MESHPASS_PORT_OFFSET: String(offset),
    MESHPASS_STATE_DIR: stateFolder,
    MESHPASS_CONFIG: configFolder,
    ...extra,
  };
  const urlOfPort = (port: number): string => `http://localhost:${port + offset}`;
  return {
    env,
    folder,
    stateFolder,
    mapPath: join(configFolder, "interactions.yaml"),
    url: (name) => urlOfPort(defaultPorts[name]),
    metricsUrl: (name) => `${urlOfPort(defaultPorts[name] + defaultPorts.metricsOffset)}/metrics`,
    query: (caller, target) => postJson(`${urlOfPort(defaultPorts[caller])}/query`, { target }),
    credential: (service) => readFileSync(join(stateFolder, "credentials", `${service}.jwt`), "utf8").trim(),
    pid: (name) => listenerPid(defaultPorts[name] + offset),
  };
}

function copyConfig(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of ["interactions.yaml", "services.yaml", "auth-server.yaml"]) {
    const source = join(root, "config", file);
    if (existsSync(source)) cpSync(source, join(folder, file));
  }
}
