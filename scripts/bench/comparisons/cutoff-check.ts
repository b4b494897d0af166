import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Comparison } from "../bench.ts";
import type { CutoffAnswer, CutoffQuestion } from "../contestants/cutoff-check.ts";
import type { ListenersQuestion } from "../contestants/feed-listeners.ts";
import { cpuBetween, readCpuTime } from "../measure/cpu-time.ts";
import { driveServer } from "../measure/drive-server.ts";
import { residentMb } from "../measure/resident-mb.ts";
import { boundAbove, type Figure } from "../measure/row.ts";
import { median } from "../measure/summary.ts";
import { askProcess } from "../stage/ask-process.ts";
import type { BenchMesh } from "../stage/start-bench-mesh.ts";
import { startMesh } from "../stage/start-mesh.ts";
import { checkHello, helloRequests } from "./hello-seen.ts";

const row = "cutoff-check/percent";

const contestant = (name: string) => join(import.meta.dirname, `../contestants/${name}.ts`);

/** What the feed of cuts adds to a guarded request, and what many receivers cost the auth server. */
export const cutoffCheck: Comparison = {
  rows: [row],
  run: async (bench) => {
    const mesh = await bench.mesh();
    const tokens = await mesh.tokensForM2();
    const requestMicros = await measureRequest(bench, mesh, tokens);
    bench.say("verifying with the feed of cuts and without");
    const child = bench.stage.fork(contestant("cutoff-check"));
    const question: CutoffQuestion = { authServer: mesh.authServer, tokens, rounds: bench.pace.rounds };
    const { addedMicros } = await askProcess<CutoffAnswer>(child, question);
    child.disconnect();
    const listeners = bench.isQuick ? [] : await measureListeners(bench);
    // Without the check a request would cost that much less.
    const percents = addedMicros.map((added) => (100 * added) / (requestMicros - added));
    const added = { name: "cutoff-check/added", value: median(addedMicros), unit: "us of CPU" };
    return { rows: [boundAbove(row, percents, "%", 2)], figures: [added, ...listeners] };
  },
};

/** What a guarded request costs, with the check, in microseconds. */
async function measureRequest(bench: Bench, mesh: BenchMesh, tokens: readonly string[]): Promise<number> {
  const m2 = {
    name: "m2, for the cut-off check",
    port: mesh.port("m2"),
    pids: [mesh.pid("m2")],
    requests: helloRequests(tokens),
    check: checkHello,
  };
  const pieces = await bench.interleave([driveServer(bench.generator, m2)]);
  return median((pieces.get(m2.name) ?? []).map(({ cpuMicros }) => cpuMicros));
}

const count = 5_000;

/** 5,000 idle connections that follow the feed: memory of each at the auth server, and the CPU time of all heartbeats. */
async function measureListeners({ stage, say }: Bench): Promise<Figure[]> {
  const mesh = await startMesh(stage, { withoutServices: true });
  const pid = mesh.pid("authServer");
  const before = residentMb(pid);
  say(`opening ${count} connections to the feed`);
  const child = stage.fork(contestant("feed-listeners"));
  const question: ListenersQuestion = { port: mesh.port("authServer"), count };
  const { open } = await askProcess<{ open: number }>(child, question);
  if (open < count) throw new Error(`of ${count} connections to the feed only ${open} stayed open`);
  const begun = performance.now();
  const cpu = readCpuTime([pid]);
  await sleep(2_000);
  const busy = cpuBetween(cpu, readCpuTime([pid])) / ((performance.now() - begun) * 1_000);
  const kilobytes = ((residentMb(pid) - before) * 1_024) / count;
  child.disconnect();
  await mesh.stop();
  return [
    { name: "feed-5000/connection-kb", value: kilobytes, unit: "kB" },
    { name: "feed-5000/heartbeats", value: busy * 100, unit: "% of a core" },
  ];
}
