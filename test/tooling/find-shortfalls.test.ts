import t from "tap";
import type { PackageCoverage } from "../../config/build/coverage.ts";
import { findShortfalls } from "../../scripts/coverage/find-shortfalls.ts";

/** A package of files with 100 lines and 10 branches each, of which as many are run as said. */
function measured(name: string, files: Record<string, [lines: number, branches: number]>): PackageCoverage {
  const each = Object.entries(files).map(([file, [lines, branches]]) => ({
    path: `packages/${name}/src/${file}`,
    lines: { total: 100, covered: lines },
    branches: { total: 10, covered: branches },
  }));
  const sum = (what: "lines" | "branches") => ({
    total: each.reduce((total, file) => total + file[what].total, 0),
    covered: each.reduce((covered, file) => covered + file[what].covered, 0),
  });
  return { name, lines: sum("lines"), branches: sum("branches"), files: each };
}

t.test("a package at its floor passes, in lines and in branches", async (t) => {
  t.strictSame(findShortfalls([measured("a", { "x.ts": [90, 9] })], new Map()), []);
});

t.test("a package under the floor is named with what is missing and its worst files first", async (t) => {
  const a = measured("a", {
    "fine.ts": [100, 10],
    "bad.ts": [60, 10],
    "worse.ts": [50, 10],
    "c.ts": [95, 10],
    "d.ts": [99, 10],
  });
  t.strictSame(findShortfalls([a], new Map()), [
    "coverage: a has 80.8 % of its lines run, 9.2 short of 90; most is missing in packages/a/src/worse.ts (50 %), packages/a/src/bad.ts (60 %), packages/a/src/c.ts (95 %)",
  ]);
});

t.test("branches are held like lines", async (t) => {
  t.match(findShortfalls([measured("a", { "x.ts": [89, 8] })], new Map()), [
    /^coverage: a has 89 % of its lines run, 1\.0 short of 90; .*packages\/a\/src\/x\.ts \(89 %\)$/,
    /^coverage: a has 80 % of its branches run, 10\.0 short of 90; .*packages\/a\/src\/x\.ts \(80 %\)$/,
  ]);
});

t.test("a package of which no test runs anything fails, also when there is nothing to run", async (t) => {
  for (const empty of [measured("a", {}), measured("a", { "x.ts": [0, 0] })]) {
    t.match(findShortfalls([empty], new Map()), [/^coverage: no test runs anything of a/]);
  }
});

t.test("a raised floor holds for its package alone", async (t) => {
  const floors = new Map([["a", { lines: 98, branches: 90 }]]);
  const both = [measured("a", { "x.ts": [95, 10] }), measured("b", { "x.ts": [95, 10] })];
  t.match(findShortfalls(both, floors), [/^coverage: a has 95 % of its lines run, 3\.0 short of 98/]);
});

t.test("a floor for a package that is gone is named", async (t) => {
  t.match(findShortfalls([], new Map([["gone", { lines: 98, branches: 90 }]])), [
    /a floor for gone, and there is no such/,
  ]);
});
