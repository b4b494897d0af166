import type { Bench, Comparison } from "./bench.ts";
import type { Findings } from "./measure/row.ts";

/** What came out, and what did not: one text for each comparison that means nothing. */
export interface Outcome extends Findings {
  readonly invalid: readonly string[];
}

/**
 * Runs the comparisons that have a row that is wanted, one after another, and keeps the rows that are. One that fails
 * takes nothing from the others.
 */
export async function runBench(bench: Bench, comparisons: readonly Comparison[]): Promise<Outcome> {
  const found: Findings[] = [];
  const invalid: string[] = [];
  for (const { rows, run } of comparisons) {
    const wanted = rows.filter(bench.wants);
    if (wanted.length === 0) continue;
    try {
      found.push(await run(bench));
    } catch (error) {
      invalid.push(`${wanted.join(", ")}: ${(error as Error).message}`);
    }
  }
  return {
    rows: found.flatMap(({ rows }) => rows).filter(({ name }) => bench.wants(name)),
    figures: found.flatMap(({ figures }) => figures),
    invalid,
  };
}
