import type { Test } from "tap";

/** A folder of `t` for a server. tap would remove it first, and the server still writes to it: so it is torn down before. */
export function serverFolder(t: Test, content: Parameters<Test["testdir"]>[0] = {}): string {
  // Only what was torn down before the folder was made comes before its removal: this keeps the place.
  t.teardown(() => undefined);
  return t.testdir(content);
}
