import { escapeDeceptive } from "@meshpass/protocol";
import type { Problem, Problems } from "./problem.ts";

const width = 80;

/** How problems are shown. */
interface Rendering {
  /** As it was given by whoever asked. */
  readonly file: string;
  /** Marks a part of a line, with colours for example; without it nothing is marked. */
  readonly paint?: (part: "place" | "caret", text: string) => string;
}

/**
 * Problems as lines for a terminal: for each `file:line:column: message; remedy`, the line of the source and a caret
 * under the place, and at the end how many more there are. Source lines are cut to 80 columns around the caret, and
 * characters that a terminal would obey are made visible. No line ends with a line feed.
 */
export function renderProblems(text: string, { problems, omitted }: Problems, rendering: Rendering): string[] {
  const sourceLines = problems.length === 0 ? [] : text.split("\n");
  const rendered = problems.flatMap((problem) =>
    renderProblem(problem, sourceLines[problem.line - 1] ?? "", rendering),
  );
  return omitted === 0 ? rendered : [...rendered, `and ${omitted} more`];
}

function renderProblem(problem: Problem, source: string, { file, paint = (_, part) => part }: Rendering): string[] {
  const { line, column, message, remedy } = problem;
  const { shown, caret } = cut(source, column);
  const place = paint("place", `${escapeDeceptive(file)}:${line}:${column}:`);
  return [
    `${place} ${escapeDeceptive(message)}; ${escapeDeceptive(remedy)}`,
    `  ${shown}`,
    `  ${" ".repeat(caret)}${paint("caret", "^")}`,
  ];
}

/** The part of `source` around `column` that fits, and how far into it the caret goes. */
function cut(source: string, column: number): { readonly shown: string; readonly caret: number } {
  const room = width - 2;
  const start = Math.max(0, Math.min(column - 1 - Math.floor(room / 2), source.length - room));
  const before = visible(source.slice(start, column - 1));
  const shown = before + visible(source.slice(column - 1, start + room));
  return { shown: shown.slice(0, room), caret: Math.min(before.length, room - 1) };
}

const visible = (text: string): string => escapeDeceptive(text.replaceAll("\t", " ").replace(/\r$/, ""));
