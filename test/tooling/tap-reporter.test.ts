import { mkdirSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import t, { type Test } from "tap";
import { summaryPath } from "../../config/build/coverage.ts";
import Reporter from "../../config/build/tap-reporter.ts";

const passed = "# Subtest: test/a.test.ts\n    ok 1 - a\n    1..1\nok 1 - test/a.test.ts # time=5.1ms\n\n";
const failed = `# Subtest: test/b.test.ts
    # Subtest: fine
    ok 1 - fine
    not ok 2 - one is two
      ---
      diff: "-2 +1"
      ...

    1..2
not ok 2 - test/b.test.ts # time=6.2ms
  ---
  command: node
  args:
    - test/b.test.ts
  exitCode: 3
  signal: null
  ...

`;
const totals = "1..2\n# { total: 3, pass: 2, fail: 1 }\n# time=12.5ms\n";

/** What the reporter prints of `tap` in a workspace of its own; `coverage` appears in it as tap's report does, last. */
async function report(t: Test, tap: string, coverage?: { lines: number; branches: number }): Promise<string[]> {
  const root = t.testdir({ packages: { a: { src: { "x.ts": "const x = 1;" } } }, ".tap": { report: {} } });
  t.chdir(root);
  writeFileSync(summaryPath, "left behind by an earlier run");
  const reporter = new Reporter();
  const printed = text(reporter);
  // One character at a time: a line may come in any number of pieces.
  for (const character of tap) reporter.write(character);
  if (coverage !== undefined) {
    const count = (covered: number) => ({ total: 100, covered });
    const file = { lines: count(coverage.lines), branches: count(coverage.branches) };
    mkdirSync(".tap/report", { recursive: true });
    writeFileSync(summaryPath, JSON.stringify({ [`${root}/packages/a/src/x.ts`]: file }));
  }
  reporter.end();
  return (await printed).split("\n");
}

t.test("the last line is 'N passed, N failed'", async (t) => {
  const lines = await report(t, passed + failed + totals, { lines: 97, branches: 91 });
  t.strictSame(lines.slice(-2), ["2 passed, 1 failed", ""]);
});

t.test("skipped tests are counted at its end, todo among them", async (t) => {
  const lines = await report(t, "# { total: 9, pass: 4, fail: 0, skip: 3, todo: 2 }\n");
  t.strictSame(lines, ["4 passed, 0 failed, 5 skipped", ""]);
});

t.test("a run that ended before its totals, even within a line, does not pass for a good one", async (t) => {
  t.strictSame((await report(t, `${passed}Bail out! no more`)).slice(-3), [
    "Bail out! no more",
    "0 passed, 0 failed",
    "",
  ]);
});

t.test("a passed file is one line", async (t) => {
  t.strictSame(await report(t, passed + totals), ["ok   test/a.test.ts 5.1ms", "2 passed, 1 failed", ""]);
});

t.test("a failed file says what failed and how its process ended, and nothing of what passed", async (t) => {
  t.strictSame(await report(t, failed + passed), [
    "FAIL test/b.test.ts 6.2ms",
    "    not ok 2 - one is two",
    "      ---",
    '      diff: "-2 +1"',
    "      ...",
    "    exitCode: 3",
    "ok   test/a.test.ts 5.1ms",
    "0 passed, 0 failed",
    "",
  ]);
});

t.test("the coverage of this run is printed by package, before the last line", async (t) => {
  const lines = await report(t, passed + totals, { lines: 97, branches: 91 });
  t.strictSame(lines.slice(1, -2), ["a                  97.0 % of lines   91.0 % of branches"]);
});

t.test("the coverage of an earlier run is not", async (t) => {
  t.strictSame(await report(t, totals), ["2 passed, 1 failed", ""]);
});
