import type { Outcome } from "../run-bench.ts";

/** Where and when something was measured. */
export interface Occasion {
  readonly machine: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  /** Of the working tree; with `-dirty` where that differs. */
  readonly commit: string;
  readonly generator: string;
  readonly isQuick: boolean;
}

/** The results for machines: `{machine, date, commit, ..., results, figures, invalid}`, one result a row. */
export function writeJson(occasion: Occasion, { rows, figures, invalid }: Outcome): string {
  const results = rows.map(({ besideOurs, besideTheirs, ...row }) => ({
    ...row,
    ...(besideOurs === undefined ? {} : { oursPerSecond: besideOurs.perSecond, oursP99Ms: besideOurs.p99Ms }),
    ...(besideTheirs === undefined ? {} : { theirsPerSecond: besideTheirs.perSecond, theirsP99Ms: besideTheirs.p99Ms }),
  }));
  return `${JSON.stringify({ ...occasion, results, figures, invalid }, undefined, 2)}\n`;
}
