import { type Figure, type Findings, holds, type Row } from "../measure/row.ts";

/** The table that the bench prints: one line a row, then what stands beside, then what no bound is set for. */
export function renderTable({ rows, figures }: Findings): string {
  const lines = [
    ["", "row", "ratio", "spread", "bound", "ours", "theirs", "", "ours /s", "theirs /s", "p99 ms", "p99 theirs"],
    ...rows.map(cellsOf),
  ];
  const notes = rows.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`));
  return [...align(lines), "", ...align(figures.map(figureCells)), ...(notes.length > 0 ? ["", ...notes] : [])].join(
    "\n",
  );
}

/** One line for each bound that does not hold. */
export const renderFailures = (rows: readonly Row[]): string[] =>
  rows.filter((row) => !holds(row)).map((row) => `${row.name} is ${measured(row)}, and must be ${boundOf(row)}`);

function cellsOf(row: Row): string[] {
  const { name, ratio, spread, ours, theirs, unit, besideOurs, besideTheirs } = row;
  const beside = [besideOurs?.perSecond, besideTheirs?.perSecond, besideOurs?.p99Ms, besideTheirs?.p99Ms];
  return [
    holds(row) ? "ok" : "NO",
    name,
    short(ratio),
    `${short(spread[0])}-${short(spread[1])}`,
    boundOf(row),
    short(ours),
    theirs === null ? "" : short(theirs),
    unit,
    ...beside.map((value) => (value === undefined ? "" : short(value))),
  ];
}

const measured = ({ ratio, ours, unit, atMost }: Row): string =>
  atMost === undefined ? `${short(ratio)} x` : `${short(ours)} ${unit}`;

/** The bound in words. */
export function boundOf({ atLeast, atMost, unit }: Row): string {
  if (atLeast !== undefined) return `at least ${short(atLeast)} x`;
  return atMost === undefined ? "" : `at most ${short(atMost)} ${unit}`;
}

const figureCells = ({ name, value, unit }: Figure): string[] => ["", name, short(value), unit];

/** Three digits, which is more than the machine can tell. */
export const short = (value: number): string =>
  Number.isFinite(value) && Math.abs(value) >= 100
    ? String(Math.round(value))
    : Number(value.toPrecision(3)).toString();

/** Columns as wide as their widest cell; the first two to the left, numbers to the right. */
function align(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  const pad = (cell: string, column: number) =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((line) => line.map(pad).join("  ").trimEnd());
}
