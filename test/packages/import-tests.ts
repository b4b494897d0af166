import { globSync } from "node:fs";
import { resolve } from "node:path";
import t, { type Test } from "tap";
import { startPlainChildren } from "./plain-children.ts";

/**
 * Runs the test files below each of `folders`, paths from the root of the workspace, one after the other in this process:
 * to start one for each costs more CPU time than most of them need. Those below a folder `alone` of theirs are left out.
 * Named to tap, each still runs by itself. What a file tears down is torn down when its tests are over, its hooks end with
 * it, and only then is the next one imported.
 */
export async function importTests(...folders: readonly string[]): Promise<void> {
  startPlainChildren();
  const closings: (() => unknown)[] = [];
  const hooks: ((t: Test) => unknown)[] = [];
  t.beforeEach(async (t) => {
    for (const hook of hooks) await hook(t);
  });
  // tap's own teardown would end the whole run as soon as it is idle for a moment, as it is while a file is imported.
  Object.assign(t, {
    teardown: (close: () => unknown) => closings.unshift(close),
    beforeEach: (hook: (t: Test) => unknown) => hooks.push(hook),
  });
  for (const folder of folders) {
    const cwd = resolve(import.meta.dirname, "../..", folder);
    for (const file of globSync("**/*.test.ts", { cwd, exclude: ["alone/**"] }).sort()) {
      await import(resolve(cwd, file));
      await t.test(file, async () => {
        for (const close of closings.splice(0)) await close();
      });
      hooks.length = 0;
    }
  }
}
