import { spawnSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import type { Options } from "./options.ts";
import type { Occasion } from "./report/write-json.ts";

/** This machine, now, at the commit that is checked out. */
export function describeOccasion(generator: string, { isQuick }: Options): Occasion {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const machine = `${cores.length} x ${cores[0]?.model.trim()}, ${memory} GB, Node ${process.version}`;
  return { machine, date: new Date().toISOString(), commit: readCommit(), generator, isQuick };
}

/** As git describes it; `unknown` where there is no git. */
function readCommit(): string {
  const options = { cwd: import.meta.dirname, encoding: "utf8" } as const;
  const { stdout, status } = spawnSync("git", ["describe", "--always", "--dirty", "--abbrev=12"], options);
  return status === 0 ? stdout.trim() : "unknown";
}
