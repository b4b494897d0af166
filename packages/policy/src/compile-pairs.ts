import type { Pairs } from "./compiled-map.ts";
import type { EdgeList } from "./edge-list.ts";
import type { ProblemList } from "./problem.ts";

/** What the numbers in an edge list mean. */
export interface Numbering {
  /** All services, ascending. */
  readonly names: readonly string[];
  /** The rank in `names` of each service by its number. */
  readonly ranks: Int32Array;
  readonly texts: readonly string[];
}

/**
 * Sorts edges into rows by caller and target. Of several edges for one pair, the one written by name counts, else the
 * first: through groups a pair may have several that say the same. If they do not say the same, that is reported.
 */
export function compilePairs(edges: EdgeList, numbering: Numbering, problems: ProblemList): Pairs {
  const { names, ranks } = numbering;
  const order = sortEdges(edges, ranks, names.length);
  const chosen = new Int32Array(order.length);
  const starts = new Int32Array(names.length + 1);
  let size = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    const first = order[start] as number;
    while (end < order.length && isSamePair(edges, first, order[end] as number)) end += 1;
    chosen[size] = end - start === 1 ? first : choose(edges, order.subarray(start, end), numbering, problems);
    size += 1;
    starts[(ranks[cell(edges, "caller", first)] as number) + 1] = size;
  }
  fillGaps(starts);
  const pick = (name: "target" | "line" | "attributes" | "via") =>
    chosen.subarray(0, size).map((edge) => cell(edges, name, edge));
  return {
    starts,
    targets: pick("target").map((target) => ranks[target] as number),
    lines: pick("line"),
    attributes: pick("attributes"),
    vias: pick("via"),
  };
}

const cell = (edges: EdgeList, name: Parameters<EdgeList["column"]>[0], edge: number): number =>
  edges.column(name)[edge] as number;

/** The edges by rank of caller, then of target, then as they stand in the map. */
function sortEdges(edges: EdgeList, ranks: Int32Array, nameCount: number): Int32Array {
  const callers = edges.column("caller");
  const targets = edges.column("target");
  const keys = Float64Array.from(
    { length: edges.size() },
    (_, edge) => (ranks[callers[edge] as number] as number) * nameCount + (ranks[targets[edge] as number] as number),
  );
  return Int32Array.from(keys.keys()).sort((a, b) => (keys[a] as number) - (keys[b] as number));
}

const isSamePair = (edges: EdgeList, a: number, b: number): boolean =>
  cell(edges, "caller", a) === cell(edges, "caller", b) && cell(edges, "target", a) === cell(edges, "target", b);

function choose(edges: EdgeList, same: Int32Array, numbering: Numbering, problems: ProblemList): number {
  const byName = same.find((edge) => cell(edges, "via", edge) === 0);
  if (byName !== undefined) return byName;
  const first = same[0] as number;
  const other = same.find((edge) => cell(edges, "attributes", edge) !== cell(edges, "attributes", first));
  if (other !== undefined) reportConflict(edges, first, other, numbering, problems);
  return first;
}

function reportConflict(
  edges: EdgeList,
  first: number,
  other: number,
  { names, ranks, texts }: Numbering,
  problems: ProblemList,
): void {
  const [caller, target] = (["caller", "target"] as const).map(
    (side) => names[ranks[cell(edges, side, other)] as number],
  );
  const place = { line: cell(edges, "line", other), column: cell(edges, "column", other) };
  const [via, firstVia] = [other, first].map((edge) => texts[cell(edges, "via", edge)]);
  const message = `${caller} => ${target} is different through ${via} than through ${firstVia} in line ${cell(edges, "line", first)}`;
  problems.report(
    "conflicting_groups",
    place,
    message,
    `make the two alike, or write the edge ${caller} => ${target} itself`,
  );
}

/** A caller without a row of its own begins where the one before it ends. */
function fillGaps(starts: Int32Array): void {
  for (let i = 1; i < starts.length; i += 1) starts[i] = Math.max(starts[i] as number, starts[i - 1] as number);
}
