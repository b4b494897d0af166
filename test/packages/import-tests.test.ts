import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import t, { type Test } from "tap";
import { runCommand } from "../tooling/run-command.ts";

const root = resolve(import.meta.dirname, "../..");
const importTests = join(import.meta.dirname, "import-tests.ts");

/** Runs the test files of a folder in one process, as those of a package run. */
const runAll = (t: Test, files: Record<string, string>) => {
  const head = `import t from ${JSON.stringify(import.meta.resolve("tap"))};\n`;
  const bodies = Object.entries(files).map(([name, body]) => [name, head + body]);
  const all = `import { importTests } from ${JSON.stringify(importTests)};\nawait importTests(import.meta.dirname);\n`;
  const folder = t.testdir({ ...Object.fromEntries(bodies), "all.ts": all });
  return runCommand(process.execPath, [join(folder, "all.ts")], folder);
};

t.test("every folder of tests is run by one file here", async (t) => {
  const runs = globSync("*.test.ts", { cwd: import.meta.dirname }).map((file) =>
    readFileSync(join(import.meta.dirname, file), "utf8"),
  );
  const folders = globSync(["packages/*/test", "packages/*/test/alone"], { cwd: root });
  t.ok(folders.length >= 10);
  for (const folder of folders) t.equal(runs.filter((text) => text.includes(`"${folder}"`)).length, 1, folder);
});

t.test("a hook holds for the tests of its own file alone", async (t) => {
  const { stdout, exitCode } = await runAll(t, {
    "a.test.ts": `t.beforeEach(() => console.log("# hook of a"));
      t.test("first", async () => console.log("# first"));
      t.test("second", async () => console.log("# second"));`,
    "b.test.ts": 't.test("third", async () => console.log("# third"));',
  });
  t.equal(exitCode, 0);
  t.match(stdout, /# hook of a[\s\S]*# first[\s\S]*# hook of a[\s\S]*# second/);
  t.notMatch(stdout, /- a\.test\.ts[\s\S]*# hook of a/);
});

t.test("every file's tests run, one file after the other, also when a file waits before its first test", async (t) => {
  const { stdout, exitCode } = await runAll(t, {
    "a.test.ts": `t.teardown(() => console.log("# a is over"));
      t.test("first", async () => { await new Promise((resolve) => setTimeout(resolve, 100)); });`,
    "b.test.ts": `console.log("# b begins");
      await new Promise((resolve) => setTimeout(resolve, 200));
      t.test("second", async (t) => { t.pass(); });`,
  });
  t.equal(exitCode, 0);
  const order = ["- first", "# a is over", "- a.test.ts", "# b begins", "- second", "- b.test.ts"];
  const places = order.map((text) => stdout.indexOf(text));
  t.notOk(places.includes(-1), stdout);
  t.strictSame(
    places,
    [...places].sort((a, b) => a - b),
  );
});

t.test("a failure in any file, a test or its import, fails the run", async (t) => {
  const good = 't.test("good", async (t) => { t.pass(); });';
  for (const bad of ['t.test("bad", async (t) => { t.fail(); });', 'throw new Error("bad");']) {
    const { exitCode } = await runAll(t, { "a.test.ts": bad, "b.test.ts": good });
    t.equal(exitCode, 1, bad);
  }
});
