/** What kind of mistake a problem is. The code is the contract; the message is for people. */
export type ProblemCode =
  | "not_text"
  | "too_large"
  | "syntax"
  | "unsupported_yaml"
  | "too_deep"
  | "missing_end"
  | "after_end"
  | "duplicate_key"
  | "unknown_field"
  | "missing_field"
  | "wrong_type"
  | "bad_value"
  | "bad_name"
  | "reserved_name"
  | "unknown_group"
  | "unknown_name"
  | "unknown_scope"
  | "duplicate_item"
  | "duplicate_audience"
  | "conflicting_groups"
  | "test_failed";

/** Where something stands in a text: both count from 1, the column in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One mistake in a map: where it is, what is wrong, and what to write instead. */
export interface Problem extends Place {
  readonly code: ProblemCode;
  readonly message: string;
  readonly remedy: string;
}

/** All that is wrong with a text. `omitted` counts the problems beyond the {@link maxProblems} that are listed. */
export interface Problems {
  readonly problems: readonly Problem[];
  readonly omitted: number;
}

/** How many problems are listed; the rest is counted. */
export const maxProblems = 100;

// What follows by itself where a part of the text cannot be read: it may well be in that part.
const consequences: ReadonlySet<ProblemCode> = new Set([
  "missing_field",
  "unknown_group",
  "unknown_name",
  "unknown_scope",
]);
const causes: ReadonlySet<ProblemCode> = new Set(["syntax", "unsupported_yaml", "too_deep"]);

/** Where a reader reports what it finds. */
export interface ProblemList {
  /** A remedy that is costly to find may be a function: it is called only if the problem will be listed. */
  report(code: ProblemCode, place: Place, message: string, remedy: string | (() => string)): void;
  isEmpty(): boolean;
  /** The listed problems in the order of their places, and how many more there are. */
  close(): Problems;
}

/**
 * An empty list. It keeps the first {@link maxProblems} that are reported and counts the others. Once a part of the
 * text proved unreadable, nothing is said to be missing any more.
 */
export function createProblemList(): ProblemList {
  const problems: Problem[] = [];
  let omitted = 0;
  let isPartial = false;
  return {
    report(code, { line, column }, message, remedy) {
      if (isPartial && consequences.has(code)) return;
      isPartial ||= causes.has(code);
      if (problems.length === maxProblems) omitted += 1;
      else problems.push({ line, column, code, message, remedy: typeof remedy === "string" ? remedy : remedy() });
    },
    isEmpty: () => problems.length === 0,
    close: () => ({ problems: problems.sort((a, b) => a.line - b.line || a.column - b.column), omitted }),
  };
}
