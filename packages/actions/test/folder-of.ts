import { execFileSync } from "node:child_process";
import type { Test } from "tap";

/** A folder with `files` that nobody else may write, whatever the umask. */
export function folderOf(t: Test, files: Parameters<Test["testdir"]>[0]): string {
  const folder = t.testdir(files);
  execFileSync("chmod", ["-R", "go-w", folder]);
  return folder;
}
