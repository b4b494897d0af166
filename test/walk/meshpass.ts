import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { MeshPlace } from "./mesh-place.ts";

const cli = join(import.meta.dirname, "..", "..", "packages", "cli", "src", "main.ts");

/** Runs the operator's tool against the mesh of `place`. */
export const meshpass = (
  { env, folder }: MeshPlace,
  ...words: string[]
): Promise<{ code: number; out: string; err: string }> =>
  promisify(execFile)("env", ["-u", "NODE_OPTIONS", process.execPath, cli, ...words], { env, cwd: folder }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }) => ({ code, out: stdout, err: stderr }),
  );
