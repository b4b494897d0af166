import { join } from "node:path";
import type { Server, Stage } from "./create-stage.ts";

/** A small server that takes part in the bench. */
export interface SmallServer extends Server {
  readonly port: number;
}

/** Starts `file` of the bench, which prints the port that it listens on. */
export async function spawnContestant(
  stage: Stage,
  file: `${"contestants" | "peers"}/${string}.ts`,
  args: readonly string[] = [],
): Promise<SmallServer> {
  const path = join(import.meta.dirname, "..", file);
  const server = await stage.spawn([path, ...args], { ready: /^listening on (\d+)$/m });
  return { ...server, port: Number(server.match[1]) };
}
