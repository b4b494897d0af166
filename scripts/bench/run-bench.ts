import type { Bench, Comparison } from "./bench.ts";
import type { Findings } from "./measure/row.ts";

/** Runs the comparisons that have a row that is wanted, one after another, and keeps the rows that are. */
export async function runBench(bench: Bench, comparisons: readonly Comparison[]): Promise<Findings> {
  const found: Findings[] = [];
  for (const { rows, run } of comparisons) if (rows.some(bench.wants)) found.push(await run(bench));
  return {
    rows: found.flatMap(({ rows }) => rows).filter(({ name }) => bench.wants(name)),
    figures: found.flatMap(({ figures }) => figures),
  };
}
