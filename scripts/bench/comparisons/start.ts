import type { Bench, Comparison } from "../bench.ts";
import type { Figure, Row } from "../measure/row.ts";
import { median, spreadOf } from "../measure/summary.ts";
import { spawnContestant } from "../stage/spawn-contestant.ts";
import { type Mesh, startMesh } from "../stage/start-mesh.ts";

const row = "start/ready-ms";

const processCount = 5;
const mostMs = 2_000;

/** The whole mesh from `node scripts/start.ts` until it says that it is ready, beside five bare Fastify processes. */
export const start: Comparison = {
  rows: [row],
  run: async (bench) => {
    const ours: Mesh[] = [];
    const theirs: number[] = [];
    const rounds = bench.isQuick ? 1 : 7;
    for (let round = 1; round <= rounds; round += 1) {
      bench.say(`${row}: round ${round} of ${rounds}`);
      ours.push(await startOnce(bench));
      theirs.push(await timeBare(bench));
    }
    const memory = [...(ours.at(-1) as Mesh).readyMemoryMb];
    return {
      rows: [compareStarts(ours, theirs, bench.isQuick ? ["of the mesh that serves the other rows"] : [])],
      figures: memory.map(([name, value]): Figure => ({ name: `start/${name}-mb`, value, unit: "MB" })),
    };
  },
};

/** A mesh with the map that ships; where there is no time for that, the one that is there. */
async function startOnce({ stage, isQuick, mesh }: Bench): Promise<Mesh> {
  if (isQuick) return mesh();
  const started = await startMesh(stage);
  await started.stop();
  return started;
}

function compareStarts(meshes: readonly Mesh[], theirs: readonly number[], notes: readonly string[]): Row {
  const ours = meshes.map(({ readyMs }) => readyMs);
  const ratios = ours.map((ms, round) => (theirs[round] as number) / ms);
  const middle = { ratio: median(ratios), ours: median(ours), theirs: median(theirs) };
  return { name: row, ...middle, spread: spreadOf(ratios), unit: "ms", atMost: mostMs, notes };
}

/** Until all five listen, in ms. */
async function timeBare({ stage }: Bench): Promise<number> {
  const begun = performance.now();
  const servers = await Promise.all(
    Array.from({ length: processCount }, () => spawnContestant(stage, "contestants/bare.ts")),
  );
  const took = performance.now() - begun;
  await Promise.all(servers.map(({ stop }) => stop()));
  return took;
}
