import { globSync } from "node:fs";
import { resolve } from "node:path";
import t from "tap";

/**
 * Runs the test files below `folder`, a path from the root of the workspace, one after the other in this process: to start
 * one for each costs more CPU time than most of them need. Those below its folder `alone` are left out. Named to tap, each
 * still runs by itself. What a file tears down is torn down when its tests are over, and only then is the next one
 * imported; a hook that a file hangs on tap itself holds for those after it too.
 */
export async function importTests(folder: string): Promise<void> {
  const cwd = resolve(import.meta.dirname, "../..", folder);
  const closings: (() => unknown)[] = [];
  // tap's own would end the whole run as soon as it is idle for a moment, as it is while a file is imported.
  Object.assign(t, { teardown: (close: () => unknown) => closings.unshift(close) });
  for (const file of globSync("**/*.test.ts", { cwd, exclude: ["alone/**"] }).sort()) {
    await import(resolve(cwd, file));
    await t.test(file, async () => {
      for (const close of closings.splice(0)) await close();
    });
  }
}
