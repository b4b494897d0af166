import { type CompiledMap, decide, parseMap } from "../../../packages/policy/src/index.ts";
import { answerParent } from "../stage/answer-parent.ts";
import { writeBigMap } from "../stage/bench-map.ts";

export interface DecideQuestion {
  readonly services: number;
  /** Of each service. */
  readonly edges: number;
}

export interface DecideAnswer {
  /** From the text to the map that is searched. */
  readonly loadMs: number;
  /** What the map itself takes. */
  readonly mapMb: number;
  /** Of a single decision. */
  readonly p99Micros: number;
}

const rounds = 5;
const callsARound = 50_000;

/** The order in which pairs are asked for must not be the order in which they lie in memory. */
const stride = 7_919;

interface Pair {
  readonly caller: string;
  readonly target: string;
  readonly isAllowed: boolean;
}

/** Times single decisions, half of them allowed, in a map of its own. */
function measure(question: DecideQuestion): { readonly answers: readonly DecideAnswer[] } {
  const { services, edges } = question;
  const text = `version: 1\ninteractions:\n${writeBigMap(services, edges).join("\n")}\n...\n`;
  const begun = performance.now();
  const parsed = parseMap(text);
  const loadMs = performance.now() - begun;
  if (!parsed.ok) throw new Error(`the map has problems: ${parsed.problems[0]?.message}`);
  const pairs = pairsOf(question);
  timeDecisions(parsed.map, pairs);
  const mapMb = bytesOf(parsed.map) / 1_048_576;
  const answers = Array.from({ length: rounds }, () => ({
    loadMs,
    mapMb,
    p99Micros: timeDecisions(parsed.map, pairs),
  }));
  return { answers };
}

function pairsOf({ services, edges }: DecideQuestion): Pair[] {
  const width = String(services - 1).length;
  const name = (at: number) => `x${String(at % services).padStart(width, "0")}`;
  return Array.from({ length: 4_096 }, (_, at) => {
    const isAllowed = at % 2 === 0;
    return { caller: name(at * stride), target: name(at * stride + (isAllowed ? 1 : edges + 1)), isAllowed };
  });
}

/** The 99th percentile, in microseconds, the clock's own cost included. */
function timeDecisions(map: CompiledMap, pairs: readonly Pair[]): number {
  const times = new Float64Array(callsARound);
  const now = Math.floor(Date.now() / 1_000);
  for (let at = 0; at < callsARound; at += 1) {
    const { caller, target, isAllowed } = pairs[at % pairs.length] as Pair;
    const from = performance.now();
    const decision = decide(map, caller, target, now);
    times[at] = (performance.now() - from) * 1_000;
    if (decision.allowed !== isAllowed) throw new Error(`${caller} => ${target} was decided wrongly`);
  }
  return times.sort()[Math.ceil(callsARound * 0.99) - 1] as number;
}

/** Of every typed array in it. */
const bytesOf = (value: unknown): number => {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return typeof value === "object" && value !== null
    ? Object.values(value).reduce((sum: number, each) => sum + bytesOf(each), 0)
    : 0;
};

answerParent(measure);
