import type { Test } from "tap";

/** A folder of `t` for processes that write to it until they are torn down: tap alone would remove it before that. */
export function meshFolder(t: Test): string {
  // Only what was torn down before the folder was made comes before its removal: this keeps the place.
  t.teardown(() => undefined);
  return t.testdir();
}
