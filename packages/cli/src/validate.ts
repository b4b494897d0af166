import { type ParsedMap, parseMap } from "@meshpass/policy";
import { escapeDeceptive } from "@meshpass/protocol";
import { describeBrokenMap } from "./broken-map.ts";
import { countNoun } from "./count-noun.ts";
import { jsonLine, type MapSource, type OutputFormat, type Paint, type Report } from "./report.ts";

/** What `meshpass validate` works on. */
export interface ValidateInput {
  readonly source: MapSource;
  readonly format: OutputFormat;
  readonly paint: Paint;
}

const exitCodes = { valid: 0, doesNotCompile: 3, testsFailed: 4 } as const;

/** Every problem of a map. The exit code is 0 for none, 4 if all that is wrong is a test that fails, else 3. */
export function validate({ source, format, paint }: ValidateInput): Report {
  const parsed = parseMap(source.bytes);
  const exitCode = exitCodeOf(parsed);
  if (format === "json") {
    const { problems, omitted } = parsed.ok ? { problems: [], omitted: 0 } : parsed;
    return { exitCode, lines: [jsonLine({ valid: parsed.ok, file: source.file, problems, omitted })] };
  }
  const file = escapeDeceptive(source.file);
  if (parsed.ok) {
    const { callerLines, allowed } = parsed.map;
    const size = `${countNoun(callerLines.length, "service")}, ${countNoun(allowed.targets.length, "edge")}`;
    return { exitCode, lines: [`${paint("good", "Valid")}  ${file}: ${size}`] };
  }
  const found = countNoun(parsed.problems.length + parsed.omitted, "problem");
  const summary = `${paint("bad", "Invalid")}  ${file}: ${found}`;
  return { exitCode, lines: [...describeBrokenMap(source, parsed, paint), summary] };
}

function exitCodeOf(parsed: ParsedMap): number {
  if (parsed.ok) return exitCodes.valid;
  const areTests = parsed.problems.every(({ code }) => code === "test_failed");
  return areTests ? exitCodes.testsFailed : exitCodes.doesNotCompile;
}
