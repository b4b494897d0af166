import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const folder = import.meta.dirname;
/** Which lock file was installed. */
const stamp = join(folder, "node_modules", ".installed-lock");

/**
 * Installs the contestants that are not ours, frozen, unless what is there is what the lock file says. They are no
 * member of the workspace, so `pnpm install` never brings them.
 *
 * @throws Error if pnpm fails.
 */
export function installPeers(pnpmPath: string | undefined, say: (line: string) => void): void {
  const lock = createHash("sha256")
    .update(readFileSync(join(folder, "pnpm-lock.yaml")))
    .digest("hex");
  if (readStamp() === lock) return;
  say("installing the other contestants into scripts/bench/node_modules");
  const [command, ...before] = findPnpm(pnpmPath);
  const args = [...before, "install", "--frozen-lockfile", "--ignore-workspace"];
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`the other contestants could not be installed:\n${stdout}${stderr}`);
  writeFileSync(stamp, lock);
}

function readStamp(): string | undefined {
  try {
    return readFileSync(stamp, "utf8");
  } catch {
    return undefined;
  }
}

/** The pnpm that runs the bench, or the one that npx brings. */
function findPnpm(path = ""): readonly [string, ...string[]] {
  if (!basename(path).startsWith("pnpm")) return ["npx", "-y", "pnpm@12"];
  return /\.[cm]?js$/.test(path) ? [process.execPath, path] : [path];
}
