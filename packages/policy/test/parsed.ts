import { type CompiledMap, parseMap } from "@meshpass/policy";

/** The map that `source` holds; throws, with all its problems, if it holds none. */
export function mapOf(source: string): CompiledMap {
  const parsed = parseMap(source);
  if (parsed.ok) return parsed.map;
  throw new Error(problemsOf(source).join("\n"));
}

/** The problems of `source`, one line each: `line:column code: message; remedy`. */
export function problemsOf(source: string | Uint8Array): readonly string[] {
  const parsed = parseMap(source);
  if (parsed.ok) return [];
  return parsed.problems.map((p) => `${p.line}:${p.column} ${p.code}: ${p.message}; ${p.remedy}`);
}

/** A whole map with these lines under `interactions`, which begin in column 3 of line 3. */
export const withInteractions = (...lines: readonly string[]): string =>
  ["version: 1", "interactions:", ...lines.map((line) => `  ${line}`), "...", ""].join("\n");
