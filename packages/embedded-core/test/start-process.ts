import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Test } from "tap";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Starts the core as a process on any free port; it ends with the test at the latest. */
export function start(t: Test, stateFolder: string, environment: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, HOST: "", PORT: "0", MESHPASS_STATE_DIR: stateFolder, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  t.teardown(() => child.kill("SIGKILL"));
  return child;
}

/** The address that the first line names. */
export async function ready(child: ChildProcess): Promise<string> {
  for await (const line of createInterface(child.stdout as NodeJS.ReadableStream)) {
    const url = /^Embedded core on (http:\/\/localhost:[0-9]+)$/.exec(line)?.[1];
    if (url === undefined) throw new Error(line);
    return url;
  }
  throw new Error("ended without a line");
}

/** Its exit code, once it has ended. */
export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}

/** The kids in its JWKS. */
export const kids = async (url: string): Promise<string[]> => {
  const { keys } = JSON.parse(await (await fetch(`${url}/.well-known/jwks.json`)).text());
  return keys.map(({ kid }: { kid: string }) => kid);
};
