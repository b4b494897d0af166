import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

/** Where tap leaves its report, from the root of the workspace. */
export const summaryPath = ".tap/report/coverage-summary.json";

/** How many there are, and how many of them a test ran. */
export interface Count {
  readonly total: number;
  readonly covered: number;
}

export interface FileCoverage {
  /** From the root of the workspace: `packages/<name>/src/...`. */
  readonly path: string;
  readonly lines: Count;
  readonly branches: Count;
}

export interface PackageCoverage {
  readonly name: string;
  readonly lines: Count;
  readonly branches: Count;
  readonly files: readonly FileCoverage[];
}

/** The share that was run, 0 to 100, rounded down to a tenth, so that 100 means all; all of nothing is 100. */
export const percent = ({ total, covered }: Count): number =>
  total === 0 ? 100 : Math.floor((covered / total) * 1_000) / 10;

/**
 * The coverage of every package in `sources` (path from the root to text), from tap's `json-summary`, whose keys are
 * absolute paths under `root`. A source that no test loaded counts with none of its lines run, unless it holds only
 * types and re-exports.
 */
export function coverageByPackage(
  summary: Readonly<Record<string, Omit<FileCoverage, "path">>>,
  sources: ReadonlyMap<string, string>,
  root: string,
): PackageCoverage[] {
  const files = [...sources].flatMap(([path, text]): FileCoverage[] => {
    const measured = summary[`${root}/${path}`];
    if (measured !== undefined) return [{ path, lines: measured.lines, branches: measured.branches }];
    return hasCode(text) ? [unloaded(path, text)] : [];
  });
  const names = new Set([...sources.keys()].map(packageOf));
  return [...names].sort().map((name) => {
    const own = files.filter(({ path }) => packageOf(path) === name);
    return { name, lines: sum(own, "lines"), branches: sum(own, "branches"), files: own };
  });
}

/** {@link coverageByPackage} of the last run in the workspace at `root`, or undefined if it measured none. */
export function readCoverage(root: string): PackageCoverage[] | undefined {
  const paths = globSync("packages/*/src/**/*.ts", { cwd: root }).sort();
  const sources = new Map(paths.map((path) => [path, readFileSync(`${root}/${path}`, "utf8")]));
  try {
    return coverageByPackage(JSON.parse(readFileSync(`${root}/${summaryPath}`, "utf8")), sources, resolve(root));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const packageOf = (path: string) => path.split("/")[1] ?? "";

const sum = (files: readonly FileCoverage[], what: "lines" | "branches"): Count => ({
  total: files.reduce((total, file) => total + file[what].total, 0),
  covered: files.reduce((covered, file) => covered + file[what].covered, 0),
});

const unloaded = (path: string, text: string): FileCoverage => ({
  path,
  lines: { total: text.split("\n").length, covered: 0 },
  branches: { total: 1, covered: 0 },
});

// A statement begins at the start of its line (Biome sees to that). One that is no import, no re-export, no type and
// no comment is there at run time.
const code = /^(?!import\b|export (?:type|interface|declare|\*|\{)|type |interface |declare |[\s/})\]])./m;
const hasCode = (text: string) => code.test(text);
