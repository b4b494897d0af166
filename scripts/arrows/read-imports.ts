/** One import of a source text. */
export interface Import {
  /** As written; undefined where the text does not say, as in `import(name)`. */
  readonly specifier: string | undefined;
  /** Counted from 1. */
  readonly line: number;
  /** `import type` and `export type`: gone at run time. */
  readonly typeOnly: boolean;
}

// A string is matched so that no comment is seen to begin in it, and a slash in a regular expression (`\/*`, `[/*]`)
// begins none either.
const stringOrComment =
  /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(?<![\\[])\/\*[\s\S]*?\*\/|(?<![\\[])\/\/[^\n]*/g;

const importForms = [
  // import a, { b } from "x"; export * from "x"; with or without `type`
  /\b(?:import|export)(?<type>\s+type)?(?:\s+|(?=[{*]))[\w$*{},\s]+?\bfrom\s*(["'])(?<specifier>[^"'\n]+)\2/g,
  // import "x"
  /\bimport\s*(["'])(?<specifier>[^"'\n]+)\1/g,
  // import("x"), also as a type, import.meta.resolve("x"): anything else in the brackets is not readable
  /(?:(?<![.\w$])import|\bimport\.meta\.resolve)\s*\(\s*(?:(["'`])(?<specifier>[^"'`\n$]+)\1)?/g,
  // createRequire(...), of which everything may come
  /\bcreateRequire\s*\(/g,
  // new URL("./x.ts", import.meta.url), which is how a worker is started
  /\bnew URL\(\s*(["'])(?<specifier>\.[^"'\n]*)\1\s*,\s*import\.meta\.url/g,
];

/** `source` with its comments blanked out; every other character keeps its place. */
export const blankComments = (source: string): string =>
  source.replace(stringOrComment, (text) => (text.startsWith("/") ? text.replace(/[^\n]/g, " ") : text));

/**
 * Every import in `source` in the order of its lines: static, dynamic, type-only, `createRequire`, and the
 * `new URL(..., import.meta.url)` of a worker.
 *
 * It reads text, not syntax. Text in a string that looks like an import counts as one: a false alarm is seen and
 * put right, a missed import is not.
 */
export function readImports(source: string): Import[] {
  const text = blankComments(source);
  return importForms
    .flatMap((form) => [...text.matchAll(form)])
    .sort((a, b) => a.index - b.index)
    .map(({ index, groups }) => ({
      specifier: groups?.specifier,
      line: text.slice(0, index).split("\n").length,
      typeOnly: groups?.type !== undefined,
    }));
}
