import type { Bench } from "./bench.ts";
import { createGenerator } from "./load/create-generator.ts";
import type { Generator } from "./load/job.ts";
import { type Contestant, interleave, type Pace } from "./measure/interleave.ts";
import type { Options } from "./options.ts";
import type { Stage } from "./stage/create-stage.ts";
import { type BenchMesh, startBenchMesh } from "./stage/start-bench-mesh.ts";

// Many short rounds, since what else the machine does changes from one second to the next. What an answer costs goes on
// falling for five seconds: so long V8 goes on compiling.
const full: Pace = { rounds: 20, seconds: 0.4, warmUp: { answers: 250_000, seconds: 6 } };
const fullWithWrk: Pace = { ...full, rounds: 8, seconds: 1 };
const quick: Pace = { rounds: 5, seconds: 0.15, warmUp: { answers: 5_000, seconds: 0.9 } };

/** Wires what the comparisons work with; nothing is started before it is needed. */
export function createBench(
  stage: Stage,
  { isQuick, only }: Options,
  { fast, say }: { readonly fast: Generator | undefined; readonly say: (line: string) => void },
): Bench {
  const pace = isQuick ? quick : fast === undefined ? full : fullWithWrk;
  const ours = [once(() => createGenerator(stage)), once(() => createGenerator(stage))] as const;
  const mesh = once((): Promise<BenchMesh> => {
    say("starting the mesh, with 100 callers and 20 targets");
    return startBenchMesh(stage);
  });
  return {
    stage,
    pace,
    isQuick,
    mesh,
    say,
    get generator() {
      return fast ?? ours[0]();
    },
    get atRate() {
      return ours[0]();
    },
    get prober() {
      return ours[1]();
    },
    wants: (row) => row.startsWith(only),
    interleave: (contestants) =>
      interleave(contestants, pace, (name, round) => {
        if (round === 0) say(`warming up ${name}`);
        else if (name === contestants[0]?.name) say(`round ${round} of ${pace.rounds}: ${namesOf(contestants)}`);
      }),
  };
}

const namesOf = (contestants: readonly Contestant[]): string => contestants.map(({ name }) => name).join(", ");

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
