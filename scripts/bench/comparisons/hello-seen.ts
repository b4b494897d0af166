import type { Bench, Comparison } from "../bench.ts";
import type { Request } from "../load/job.ts";
import { type DrivenServer, driveServer } from "../measure/drive-server.ts";
import { compareCpu } from "../measure/row.ts";
import { median } from "../measure/summary.ts";
import { spawnContestant } from "../stage/spawn-contestant.ts";

const unguardedRow = "hello-seen/unguarded";
const expressRow = "hello-seen/express";

/** Guarded `GET /hello` at m2, with tokens that it has seen. */
export const helloSeen: Comparison = {
  rows: [unguardedRow, expressRow],
  run: async (bench) => {
    const mesh = await bench.mesh();
    const requests = helloRequests(await mesh.tokensForM2());
    const m2: DrivenServer = {
      name: "m2, guarded",
      port: mesh.port("m2"),
      pids: [mesh.pid("m2")],
      requests,
      check: checkHello,
    };
    const others = await Promise.all([
      startUnguarded(bench, requests),
      ...(bench.wants(expressRow) ? [startExpress(bench, requests)] : []),
      startBare(bench, requests),
    ]);
    const servers = [m2, ...others];
    const pieces = await bench.interleave(servers.map((server) => driveServer(bench.generator, server)));
    const piecesOf = (name: string) => pieces.get(name) ?? [];
    const rows = [
      compareCpu(unguardedRow, piecesOf(m2.name), piecesOf("unguarded"), 0.85),
      compareCpu(expressRow, piecesOf(m2.name), piecesOf("express"), 6),
    ];
    const bare = piecesOf("bare Fastify");
    return {
      rows,
      figures: [
        { name: "limits/fastify", value: median(bare.map(({ cpuMicros }) => cpuMicros)), unit: "us of CPU" },
        { name: "limits/fastify-per-second", value: median(bare.map(({ perSecond }) => perSecond)), unit: "requests" },
      ],
    };
  },
};

/** A `GET /hello` with each of `tokens`. */
export const helloRequests = (tokens: readonly string[]): Request[] =>
  tokens.map((token) => ({ method: "GET", path: "/hello", headers: { authorization: `Bearer ${token}` } }));

export function checkHello(bodies: readonly string[]): void {
  if (!bodies.every((body) => /^Hello to (m1|c\d+) from m2!$/.test(body))) throw new Error("no hello");
}

/** The app of m2 with the same plugins and hooks, and no guard on the route. */
export async function startUnguarded(bench: Bench, requests: readonly Request[]): Promise<DrivenServer> {
  const { authServer } = await bench.mesh();
  const { port, pid } = await spawnContestant(bench.stage, "contestants/hello.ts", [authServer, "open"]);
  return { name: "unguarded", port, pids: [pid], requests, check: checkHello };
}

async function startExpress(bench: Bench, requests: readonly Request[]): Promise<DrivenServer> {
  const { authServer } = await bench.mesh();
  const { port, pid } = await spawnContestant(bench.stage, "peers/express.ts", [`${authServer}/auth/jwt/jwks.json`]);
  return { name: "express", port, pids: [pid], requests, check: checkHello };
}

async function startBare({ stage }: Bench, requests: readonly Request[]): Promise<DrivenServer> {
  const { port, pid } = await spawnContestant(stage, "contestants/bare.ts");
  return { name: "bare Fastify", port, pids: [pid], requests, check: checkHello };
}
