import type { Bench, Comparison } from "../bench.ts";
import { residentMb } from "../measure/resident-mb.ts";
import type { Figure, Row } from "../measure/row.ts";
import { median, spreadOf } from "../measure/summary.ts";
import { spawnContestant } from "../stage/spawn-contestant.ts";
import { type Mesh, type ProcessName, startMesh } from "../stage/start-mesh.ts";

const row = "start/ready-ms";

const processes: readonly ProcessName[] = ["core", "authServer", "m1", "m2", "m3"];
const mostMs = 2_000;

/** The whole mesh from `node scripts/start.ts` until it says that it is ready, beside five bare Fastify processes. */
export const start: Comparison = {
  rows: [row],
  run: async (bench) => {
    const ours: number[] = [];
    const theirs: number[] = [];
    let figures: Figure[] = [];
    const rounds = bench.isQuick ? 1 : 7;
    for (let round = 1; round <= rounds; round += 1) {
      bench.say(`${row}: round ${round} of ${rounds}`);
      const mesh = await startMesh(bench.stage);
      ours.push(mesh.readyMs);
      figures = memoryOf(mesh);
      await mesh.stop();
      theirs.push(await timeBare(bench));
    }
    return { rows: [compareStarts(ours, theirs)], figures };
  },
};

function compareStarts(ours: readonly number[], theirs: readonly number[]): Row {
  const ratios = ours.map((ms, round) => (theirs[round] as number) / ms);
  const middle = { ratio: median(ratios), ours: median(ours), theirs: median(theirs) };
  return { name: row, ...middle, spread: spreadOf(ratios), unit: "ms", atMost: mostMs, notes: [] };
}

const memoryOf = (mesh: Mesh): Figure[] =>
  processes.map((name) => ({ name: `start/${name}-mb`, value: residentMb(mesh.pid(name)), unit: "MB" }));

/** Until all five listen, in ms. */
async function timeBare({ stage }: Bench): Promise<number> {
  const begun = performance.now();
  const servers = await Promise.all(processes.map(() => spawnContestant(stage, "contestants/bare.ts")));
  const took = performance.now() - begun;
  await Promise.all(servers.map(({ stop }) => stop()));
  return took;
}
