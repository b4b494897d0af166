import { type CompiledMap, type Decision, decide, escapeDeceptive, lineOfCaller, parseMap } from "@meshpass/policy";
import { describeBrokenMap } from "./broken-map.ts";
import { describeBadName } from "./describe-bad-name.ts";
import { jsonLine, type MapSource, type OutputFormat, type Paint, type Report } from "./report.ts";

/** What `meshpass check` works on. */
export interface CheckInput {
  readonly caller: string;
  readonly target: string;
  readonly source: MapSource;
  /** Since 1970. */
  readonly nowSeconds: number;
  readonly format: OutputFormat;
  readonly paint: Paint;
}

const exitCodes = { allowed: 0, denied: 1, error: 2 } as const;

/**
 * Whether a map allows `caller` to call `target`, the line that says so, and how to change it if it is refused. The
 * exit code is 0 for allowed, 1 for denied, and 2 for a question without an answer: a bad name or a broken map.
 *
 * Asks the file, not a running auth server.
 */
export function check(input: CheckInput): Report {
  const { caller, target, source, paint } = input;
  for (const name of [caller, target]) {
    const problem = describeBadName(name);
    if (problem !== undefined) return refuse(input, [problem]);
  }
  const parsed = parseMap(source.bytes);
  if (parsed.ok) return answer(input, parsed.map);
  const summary = `${escapeDeceptive(source.file)} does not load, so nothing is decided; correct it first`;
  return refuse(input, [...describeBrokenMap(source, parsed, paint), summary]);
}

function refuse({ format }: CheckInput, lines: readonly string[]): Report {
  if (format === "text") return { lines, exitCode: exitCodes.error, isError: true };
  return { lines: [jsonLine({ error: lines.at(-1) })], exitCode: exitCodes.error };
}

function answer(input: CheckInput, map: CompiledMap): Report {
  const { caller, target, source, nowSeconds, format, paint } = input;
  const decision = decide(map, caller, target, nowSeconds);
  const exitCode = decision.allowed ? exitCodes.allowed : exitCodes.denied;
  const remedy = decision.allowed ? undefined : remedyOf(decision, input, map);
  if (format === "json") {
    return { lines: [jsonLine({ caller, target, file: source.file, ...decision, remedy })], exitCode };
  }
  const verdict = decision.allowed ? paint("good", "Allowed") : paint("bad", "Denied");
  const because = escapeDeceptive(`${caller} => ${target}: ${explain(decision, source.file)}`);
  return { lines: [`${verdict}  ${because}${remedy === undefined ? "" : `; to allow it, ${remedy}`}`], exitCode };
}

function explain(decision: Decision, file: string): string {
  const origin = `${file}:${decision.line}${decision.via === undefined ? "" : ` (${decision.via})`}`;
  if (decision.allowed) return [origin, ...describeEdge(decision.edge)].join(", ");
  if (decision.reason === "denied") return `${origin} denies it`;
  if (decision.reason === "expired") return `${origin} allowed it, but has ended`;
  if (decision.reason === "disabled") return `${origin} disables the caller or the target`;
  if (decision.reason === "not_in_map") return `${file} has no such edge`;
  return `${file} does not name the ${decision.reason === "unknown_caller" ? "caller" : "target"}`;
}

function describeEdge(edge: (Decision & { allowed: true })["edge"]): readonly string[] {
  const { scopes, lifetimeSeconds, expiresAt, reason, proof } = edge;
  return [
    ...(scopes.length === 0 ? [] : [`scopes ${scopes.join(" ")}`]),
    ...(lifetimeSeconds === undefined ? [] : [`tokens of ${lifetimeSeconds} s`]),
    ...(expiresAt === undefined ? [] : [`until ${new Date(expiresAt * 1_000).toISOString().replace(".000Z", "Z")}`]),
    ...(proof === undefined ? [] : [`tokens bound to a key (${proof})`]),
    ...(reason === undefined ? [] : [`because of ${reason}`]),
  ];
}

function remedyOf(decision: Decision & { allowed: false }, { caller, target }: CheckInput, map: CompiledMap): string {
  if (decision.reason === "denied") return `take the pair out of deny (line ${decision.line})`;
  if (decision.reason === "expired") return `change expires (line ${decision.line})`;
  if (decision.reason === "disabled") return `write enabled: true (line ${decision.line})`;
  const line = lineOfCaller(map, caller);
  return line === undefined
    ? `add ${caller}: [${target}] under interactions`
    : `add ${target} to ${caller} (line ${line})`;
}
