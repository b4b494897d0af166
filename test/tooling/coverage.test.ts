import t from "tap";
import { coverageByPackage, percent, readCoverage } from "../../config/build/coverage.ts";

const counts = (total: number, covered: number) => ({ total, covered });
const measured = (lines: [number, number], branches: [number, number]) => ({
  lines: counts(...lines),
  branches: counts(...branches),
});

t.test("a package is the sum of its files, and only of its own", async (t) => {
  const summary = {
    total: measured([999, 999], [999, 999]),
    "/workspace/packages/a/src/x.ts": measured([10, 9], [4, 1]),
    "/workspace/packages/a/src/deep/y.ts": measured([30, 30], [2, 2]),
    "/workspace/packages/a/test/fake.ts": measured([50, 0], [50, 0]),
    "/workspace/packages/b/src/x.ts": measured([5, 5], [0, 0]),
  };
  const sources = new Map([
    ["packages/a/src/x.ts", "const x = 1;"],
    ["packages/a/src/deep/y.ts", "const y = 1;"],
    ["packages/b/src/x.ts", "const x = 1;"],
  ]);
  const packages = coverageByPackage(summary, sources, "/workspace");
  t.match(packages, [
    { name: "a", lines: counts(40, 39), branches: counts(6, 3) },
    { name: "b", lines: counts(5, 5), branches: counts(0, 0) },
  ]);
  t.strictSame(
    packages[0]?.files.map(({ path }) => path),
    ["packages/a/src/x.ts", "packages/a/src/deep/y.ts"],
  );
});

t.test("a source that no test loads counts in full, with nothing run", async (t) => {
  for (const code of [
    "export const x = 1;",
    "export function x() {}",
    "export default 1;",
    "await a();",
    "class X {}",
  ]) {
    const sources = new Map([["packages/a/src/x.ts", `import a from "a";\n\n${code}`]]);
    t.match(coverageByPackage({}, sources, "/workspace"), [{ lines: counts(3, 0), branches: counts(1, 0) }], code);
  }
});

t.test("a source of types and re-exports alone is nothing to run", async (t) => {
  const text = [
    "/**\n * const x = 1;\n */",
    "// const x = 1;",
    'import type { A } from "a";',
    'import {\n  b,\n} from "b";',
    "export interface B {\n  readonly b: string;\n}",
    "type C =\n  | string\n  | number;",
    'export type D = C | "d";',
    'export * from "e";',
    'export { f, type G } from "f";',
    "declare const h: string;",
    "export {};",
  ].join("\n");
  const [only] = coverageByPackage({}, new Map([["packages/a/src/types.ts", text]]), "/workspace");
  t.match(only, { name: "a", lines: counts(0, 0), files: [] });
});

t.test("a share is rounded down, so that 100 means all", async (t) => {
  t.equal(percent(counts(10_000, 9_999)), 99.9);
  t.equal(percent(counts(10_000, 10_000)), 100);
  t.equal(percent(counts(3, 2)), 66.6);
  t.equal(percent(counts(0, 0)), 100);
});

t.test("a workspace without a report has no coverage; one with a broken report is an error", async (t) => {
  t.equal(readCoverage(t.testdir({ packages: {} })), undefined);
  const broken = t.testdir({ ".tap": { report: { "coverage-summary.json": "{" } } });
  t.throws(() => readCoverage(broken), SyntaxError);
});

t.test("the report of a workspace is found by the absolute paths in it", async (t) => {
  const root = t.testdir({ packages: { a: { src: { "x.ts": "const x = 1;" } } } });
  const summary = { [`${root}/packages/a/src/x.ts`]: measured([1, 1], [1, 1]) };
  const withReport = t.testdir({
    packages: { a: { src: { "x.ts": "const x = 1;" } } },
    ".tap": { report: { "coverage-summary.json": JSON.stringify(summary) } },
  });
  t.equal(withReport, root);
  t.match(readCoverage(`${root}/packages/..`), [{ name: "a", lines: counts(1, 1) }]);
});
