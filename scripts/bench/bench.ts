import type { Generator } from "./load/job.ts";
import type { Contestant, Pace, Pieces } from "./measure/interleave.ts";
import type { Findings } from "./measure/row.ts";
import type { Stage } from "./stage/create-stage.ts";
import type { BenchMesh } from "./stage/start-bench-mesh.ts";

/** What a comparison works with. */
export interface Bench {
  readonly stage: Stage;
  readonly pace: Pace;
  /** Whether everything is to be over within a minute. */
  readonly isQuick: boolean;
  /** As fast as it is answered: wrk where there is one, else ours. */
  readonly generator: Generator;
  /** Of ours, which can keep to a rate; two, so that neither waits for the other's answers. */
  readonly atRate: Generator;
  readonly prober: Generator;
  /** The mesh that most comparisons share, started at first use. */
  mesh(): Promise<BenchMesh>;
  /** Whether the row of this name is to be measured. */
  wants(row: string): boolean;
  /** Measures by turns, and shows it. */
  interleave(contestants: readonly Contestant[]): Promise<Pieces>;
  /** One line on what is being done. */
  say(line: string): void;
}

/** One cell of the table: a few contestants that are measured by turns. */
export interface Comparison {
  /** The rows that may come out. */
  readonly rows: readonly string[];
  run(bench: Bench): Promise<Findings>;
}
