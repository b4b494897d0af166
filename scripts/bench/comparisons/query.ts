import type { Bench, Comparison } from "../bench.ts";
import type { Request } from "../load/job.ts";
import { type DrivenServer, driveServer } from "../measure/drive-server.ts";
import { compareCpu } from "../measure/row.ts";
import { spawnContestant } from "../stage/spawn-contestant.ts";
import { checkHello } from "./hello-seen.ts";

const row = "query/unguarded";

const requests: readonly Request[] = [
  { method: "POST", path: "/query", headers: { "content-type": "application/json" }, body: '{"target":"m2"}' },
];

/** `POST /query` at m1, which says hello to m2: what both cost, beside the same two hops without authentication. */
export const query: Comparison = {
  rows: [row],
  run: async (bench) => {
    const mesh = await bench.mesh();
    const ours: DrivenServer = {
      name: "m1 and m2",
      port: mesh.port("m1"),
      pids: [mesh.pid("m1"), mesh.pid("m2")],
      requests,
      check: checkHello,
    };
    const servers = [ours, await startTwoHops(bench)];
    const pieces = await bench.interleave(servers.map((server) => driveServer(bench.generator, server)));
    const [ourPieces = [], theirPieces = []] = servers.map(({ name }) => pieces.get(name));
    return { rows: [compareCpu(row, ourPieces, theirPieces, 0.85)], figures: [] };
  },
};

async function startTwoHops({ stage }: Bench): Promise<DrivenServer> {
  const second = await spawnContestant(stage, "peers/two-hops.ts");
  const first = await spawnContestant(stage, "peers/two-hops.ts", [`http://127.0.0.1:${second.port}`]);
  return { name: "two open hops", port: first.port, pids: [first.pid, second.pid], requests, check: checkHello };
}
