import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { defaultPorts } from "@meshpass/protocol";
import type { Test } from "tap";
import { freeOffset } from "./free-offset.ts";

type Name = Exclude<keyof typeof defaultPorts, "metricsOffset">;

/** A whole mesh of real processes, as `pnpm start` brings it up, in folders and on ports of its own. */
export interface Mesh {
  readonly env: NodeJS.ProcessEnv;
  readonly mapPath: string;
  readonly stateFolder: string;
  /** `http://localhost:<port>` of a server, moved by the mesh's offset. */
  url(name: Name): string;
  /** What the mesh printed so far, both streams. */
  output(): string;
  /** `POST /query` at `caller`; the target is sent as it is. */
  query(caller: "m1" | "m2" | "m3", target: unknown): Promise<Answer>;
  credential(service: string): string;
  /** The pid of the process that listens for `name`. */
  pid(name: Name): number;
  readonly child: ChildProcess;
  /** Sends `signal` to the supervisor and resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

const root = join(import.meta.dirname, "..", "..");
const cli = join(root, "packages", "cli", "src", "main.ts");

/** Asks `url` and reads the whole answer. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(8_000), ...init });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** `POST url` with a JSON body, and a Bearer token where there is one. */
export const postJson = (url: string, body: unknown, token?: string): Promise<Answer> =>
  ask(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

/** Waits until `check` gives something that is not false or undefined; fails the test's process after `ms`. */
export async function until<T>(
  what: string,
  check: () => T | Promise<T>,
  ms = 10_000,
): Promise<Exclude<T, undefined | false>> {
  const end = performance.now() + ms;
  for (;;) {
    const value = await (async () => check())().catch(() => undefined);
    if (value !== false && value !== undefined) return value as Exclude<T, undefined | false>;
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await sleep(25);
  }
}

/**
 * Starts a mesh and waits until it says that it is ready; it is stopped at the test's end. With a core of its own it
 * has development credentials; where `SUPERTOKENS_CONNECTION_URI` names one, they are issued by command.
 */
export async function startMesh(t: Test, extra: NodeJS.ProcessEnv = {}): Promise<Mesh> {
  const mesh = await spawnMesh(t, extra);
  if (mesh.env.SUPERTOKENS_CONNECTION_URI !== undefined) await issueCredentials(mesh);
  await untilPrinted(mesh, "Try: curl");
  return mesh;
}

/** Waits until the mesh has printed `text`; a failure shows what it printed instead. */
export async function untilPrinted(mesh: Mesh, text: string): Promise<void> {
  const isThere = () => mesh.output().includes(text) || mesh.child.exitCode !== null;
  await until(text, isThere, 15_000).catch(() => undefined);
  if (!mesh.output().includes(text)) throw new Error(`it did not print ${text}, but:\n${mesh.output()}`);
}

async function issueCredentials(mesh: Mesh): Promise<void> {
  await untilPrinted(mesh, "Server auth server on");
  for (const name of ["m1", "m2", "m3"]) {
    const { code, err } = await meshpass(mesh, "credentials", "issue", name);
    if (code !== 0) throw new Error(err);
  }
}

/** Runs the operator's tool against `mesh`. */
export const meshpass = (mesh: Mesh, ...words: string[]): Promise<{ code: number; out: string; err: string }> =>
  promisify(execFile)("env", ["-u", "NODE_OPTIONS", process.execPath, cli, ...words], {
    env: mesh.env,
    cwd: join(mesh.stateFolder, ".."),
  }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }) => ({ code, out: stdout, err: stderr }),
  );

/** Starts `pnpm start`'s own script, with `args`, and does not wait. */
export async function spawnMesh(t: Test, extra: NodeJS.ProcessEnv = {}, args: readonly string[] = []): Promise<Mesh> {
  const offset = await freeOffset();
  const folder = t.testdir();
  const configFolder = join(folder, "config");
  const stateFolder = join(folder, "state");
  mkdirSync(configFolder, { recursive: true });
  for (const file of ["interactions.yaml", "services.yaml", "auth-server.yaml"]) {
    const source = join(root, "config", file);
    if (existsSync(source)) cpSync(source, join(configFolder, file));
  }
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    MESHPASS_PORT_OFFSET: String(offset),
    MESHPASS_STATE_DIR: stateFolder,
    MESHPASS_CONFIG: configFolder,
    ...extra,
  };
  // tap measures every child by NODE_OPTIONS, which would slow six processes down to learn what is known already.
  const plain = ["-u", "NODE_OPTIONS", process.execPath];
  const child = spawn("env", [...plain, join(root, "scripts", "start.ts"), ...args], { env, cwd: folder });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      text += String(chunk);
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const stop = (signal: NodeJS.Signals = "SIGINT"): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  t.teardown(() => (child.exitCode === null ? stop() : undefined));
  const url = (name: Name): string => `http://localhost:${defaultPorts[name] + offset}`;
  return {
    env,
    child,
    stateFolder,
    mapPath: join(configFolder, "interactions.yaml"),
    url,
    output: () => text,
    query: (caller, target) => postJson(`${url(caller)}/query`, { target }),
    credential: (service) => readFileSync(join(stateFolder, "credentials", `${service}.jwt`), "utf8").trim(),
    pid: (name) => listenerPid(defaultPorts[name] + offset),
    stop,
  };
}

/** The process that listens on `port`, found as `ss` does: by the inode of the socket, in /proc. */
function listenerPid(port: number): number {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const line = readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .map((text) => text.trim().split(/\s+/))
    .find((fields) => fields[1]?.endsWith(wanted) && fields[3] === "0A");
  const inode = `socket:[${line?.[9]}]`;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const files = readdirSync(`/proc/${pid}/fd`);
      if (files.some((file) => readlinkSync(`/proc/${pid}/fd/${file}`) === inode)) return Number(pid);
    } catch {
      // It ended meanwhile, or is another user's.
    }
  }
  throw new Error(`nobody listens on ${port}`);
}

/** Adds or takes out the edge m1 => m3 in the map of `mesh`, as an operator would with an editor. */
export function setEdgeToM3(mesh: Mesh, isThere: boolean): void {
  const text = readFileSync(mesh.mapPath, "utf8");
  const next = isThere
    ? text
        .replace("m1: [m1, m2]", "m1: [m1, m2, m3]")
        .replace(/(caller: m1\n\s+allow: \[m1, m2)(\]\n\s+deny: )\[m3\]/, "$1, m3$2[]")
    : text
        .replace("m1: [m1, m2, m3]", "m1: [m1, m2]")
        .replace(/(caller: m1\n\s+allow: \[m1, m2), m3(\]\n\s+deny: )\[\]/, "$1$2[m3]");
  writeFileSync(mesh.mapPath, next);
}
