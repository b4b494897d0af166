import { type ChainDecision, type CompiledMap, decideChain, parseMap } from "@meshpass/policy";
import { escapeDeceptive } from "@meshpass/protocol";
import { describeBrokenMap } from "./broken-map.ts";
import { describeBadName } from "./describe-bad-name.ts";
import { explainDecision, remedyOf } from "./explain-decision.ts";
import { jsonLine, type MapSource, type OutputFormat, type Paint, type Report } from "./report.ts";

/** What `meshpass check` works on. */
export interface CheckInput {
  readonly caller: string;
  readonly target: string;
  /** Who called before `caller` in the chain, the first one first; without it, `caller` calls in its own name. */
  readonly onBehalfOf?: readonly string[];
  readonly source: MapSource;
  /** Since 1970. */
  readonly nowSeconds: number;
  readonly format: OutputFormat;
  readonly paint: Paint;
}

const exitCodes = { allowed: 0, denied: 1, error: 2 } as const;

/**
 * Whether a map allows `caller` to call `target`, in its own name or for whoever called before it, and the line that says
 * so; of what is refused also which call of the chain that is, and how to change it. The exit code is 0 for allowed, 1 for
 * denied, and 2 for a question without an answer: a bad name or a broken map.
 *
 * Asks the file, not a running auth server.
 */
export function check(input: CheckInput): Report {
  const { caller, target, onBehalfOf = [], source, paint } = input;
  for (const name of [...onBehalfOf, caller, target]) {
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
  const { caller, target, onBehalfOf = [], source, nowSeconds, format } = input;
  const chain = [...onBehalfOf, caller];
  const decision = decideChain(map, chain, target, nowSeconds);
  const exitCode = decision.allowed ? exitCodes.allowed : exitCodes.denied;
  const remedy = decision.allowed ? undefined : remedyOf(decision, chain, map);
  if (format === "text") return { lines: [describe(input, decision, remedy)], exitCode };
  // The only call of a plain question is the one that was asked for.
  const asked = onBehalfOf.length === 0 ? { ...decision, hop: undefined } : { onBehalfOf, ...decision };
  return { lines: [jsonLine({ caller, target, file: source.file, ...asked, remedy })], exitCode };
}

function describe(input: CheckInput, decision: ChainDecision, remedy: string | undefined): string {
  const { caller, target, onBehalfOf = [], source, paint } = input;
  const chain = [...onBehalfOf, caller];
  const verdict = decision.allowed ? paint("good", "Allowed") : paint("bad", "Denied");
  const isOneOfMany = !decision.allowed && chain.length > 1;
  const place = isOneOfMany ? ` at ${decision.hop.caller} => ${decision.hop.target}` : "";
  const because = `${[...chain, target].join(" => ")}${place}: ${explainDecision(decision, chain, source.file)}`;
  return `${verdict}  ${escapeDeceptive(because)}${remedy === undefined ? "" : `; to allow it, ${remedy}`}`;
}
