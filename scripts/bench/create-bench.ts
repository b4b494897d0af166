import type { Bench } from "./bench.ts";
import { createGenerator } from "./load/create-generator.ts";
import type { Generator } from "./load/job.ts";
import { interleave, type Pace } from "./measure/interleave.ts";
import type { Options } from "./options.ts";
import type { Stage } from "./stage/create-stage.ts";
import { type BenchMesh, startBenchMesh } from "./stage/start-bench-mesh.ts";

// Many short rounds, since what else the machine does changes from one second to the next.
const full: Pace = { rounds: 25, seconds: 0.4, warmUpSeconds: 2 };
const quick: Pace = { rounds: 5, seconds: 0.2, warmUpSeconds: 0.6 };

/** Wires what the comparisons work with; nothing is started before it is needed. */
export function createBench(
  stage: Stage,
  { isQuick, only }: Options,
  { fast, say }: { readonly fast: Generator | undefined; readonly say: (line: string) => void },
): Bench {
  const pace = isQuick ? quick : full;
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
      interleave(contestants, pace, (name, round) =>
        say(round === 0 ? `warming up ${name}` : `${name}: round ${round} of ${pace.rounds}`),
      ),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
