import { join } from "node:path";
import type { Comparison } from "../bench.ts";
import type { StormBroken, StormRest } from "../contestants/storm.ts";
import { driveServer } from "../measure/drive-server.ts";
import { boundAbove, type Row } from "../measure/row.ts";
import { askProcess } from "../stage/ask-process.ts";
import { stormCallers } from "../stage/bench-map.ts";
import { readMetric } from "../stage/read-metric.ts";
import type { BenchMesh } from "../stage/start-bench-mesh.ts";
import { ourAuthServer } from "./auth-server.ts";

const atOnceRow = "same-second/answered-at-once";
const mintsRow = "same-second/mints";
const lastRow = "same-second/last-answer-ms";

/** A little more than the 10 s that their tokens live. */
const callSeconds = 11;
/** Where there is no time to wait for that: a fourth of the callers, whose clocks go four times as fast. */
const quickSpeed = 4;
/** How much longer than the mints themselves the last answer may take. */
const slack = 1.2;

/** 1,000 callers whose tokens end in the same second, for each of which it is over at once or renewed ahead. */
export const sameSecond: Comparison = {
  rows: [atOnceRow, mintsRow, lastRow],
  run: async (bench) => {
    const mesh = await bench.mesh();
    const { authServer } = mesh;
    const speed = bench.isQuick ? quickSpeed : 1;
    const callers = stormCallers.slice(0, stormCallers.length / speed);
    bench.say(`making credentials for ${callers.length} callers`);
    const credentials = await mesh.issueCredentials(callers);
    const { perSecond } = await driveServer(bench.generator, ourAuthServer(mesh, "mint rate", true)).measure(1);
    bench.say(`${callers.length} callers ask at once, then go on calling for ${callSeconds / speed} s`);
    const storm = bench.stage.fork(join(import.meta.dirname, "../contestants/storm.ts"));
    await askProcess<number>(storm, { authServer, credentials });
    const before = await countGranted(mesh);
    const first = await askProcess<StormBroken>(storm, { areOver: true });
    const mints = (await countGranted(mesh)) - before;
    const { calls, atOnce } = await askProcess<StormRest>(storm, { seconds: callSeconds, speed });
    storm.disconnect();
    const last = boundAbove(lastRow, [first.lastAnswerMs], "ms", (mints / perSecond) * 1_000 * slack);
    const notes =
      first.refused > 0 ? [`${first.refused} of ${callers.length} callers were refused at first and asked again`] : [];
    return {
      rows: [
        atOnceRowOf(atOnce, calls),
        boundAbove(mintsRow, [mints], "mints", credentials.length),
        { ...last, notes },
      ],
      figures: [{ name: "same-second/mints-per-second", value: perSecond, unit: "mints" }],
    };
  },
};

const atOnceRowOf = (ours: number, calls: number): Row => {
  const ratio = ours / calls;
  return { name: atOnceRow, ratio, spread: [ratio, ratio], ours, theirs: calls, unit: "calls", atLeast: 1, notes: [] };
};

const countGranted = async (mesh: BenchMesh): Promise<number> =>
  Number(
    await readMetric(mesh.metricsPort("authServer"), /^meshpass_decisions_total\{[^}]*allowed="true"[^}]*\} (\d+)$/m),
  );
