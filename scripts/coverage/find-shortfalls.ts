import { type FileCoverage, type PackageCoverage, percent } from "../../config/build/coverage.ts";

/** The least share of lines and of branches that tests must run, in percent. */
export interface Floor {
  readonly lines: number;
  readonly branches: number;
}

const defaultFloor: Floor = { lines: 90, branches: 90 };

/** Packages held to more than the default. A floor is raised, never lowered. */
const raisedFloors: ReadonlyMap<string, Floor> = new Map();

const measures = ["lines", "branches"] as const;
const worstShown = 3;

/** One line for each package that is under its floor: by how much, and the files that would gain the most. */
export function findShortfalls(
  packages: readonly PackageCoverage[],
  floors: ReadonlyMap<string, Floor> = raisedFloors,
): string[] {
  const names = new Set(packages.map(({ name }) => name));
  return [
    ...[...floors.keys()]
      .filter((name) => !names.has(name))
      .map((name) => `coverage: there is a floor for ${name}, and there is no such package: remove it`),
    ...packages.flatMap((measured) => shortfallsOf(measured, floors.get(measured.name) ?? defaultFloor)),
  ];
}

function shortfallsOf({ name, files, ...counts }: PackageCoverage, floor: Floor): string[] {
  if (counts.lines.covered === 0)
    return [`coverage: no test runs anything of ${name}: it is for packages/${name}/test to do`];
  return measures
    .filter((measure) => percent(counts[measure]) < floor[measure])
    .map((measure) => {
      const reached = percent(counts[measure]);
      const short = (floor[measure] - reached).toFixed(1);
      return `coverage: ${name} has ${reached} % of its ${measure} run, ${short} short of ${floor[measure]}; most is missing in ${worst(files, measure)}`;
    });
}

const missing = (file: FileCoverage, measure: (typeof measures)[number]) => file[measure].total - file[measure].covered;

const worst = (files: readonly FileCoverage[], measure: (typeof measures)[number]): string =>
  files
    .filter((file) => missing(file, measure) > 0)
    .sort((a, b) => missing(b, measure) - missing(a, measure))
    .slice(0, worstShown)
    .map((file) => `${file.path} (${percent(file[measure])} %)`)
    .join(", ");
