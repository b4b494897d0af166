import { join } from "node:path";
import type { Bench, Comparison } from "../bench.ts";
import { checkTokens } from "../measure/check-tokens.ts";
import { type DrivenServer, driveServer, refuseErrors } from "../measure/drive-server.ts";
import type { Contestant, Piece } from "../measure/interleave.ts";
import { boundAbove, compareThroughput, type Figure, type Row } from "../measure/row.ts";
import { median } from "../measure/summary.ts";
import { askProcess } from "../stage/ask-process.ts";
import { callers, targets } from "../stage/bench-map.ts";
import type { BenchMesh } from "../stage/start-bench-mesh.ts";
import { ourAuthServer } from "./auth-server.ts";

const signingRow = "accesstoken-new/signing-core";
const coreRow = "accesstoken-new/core-direct";
const livezRow = "accesstoken-new/livez-p99-ms";
const ours = "auth server, new tokens";
const [signing, core] = ["RSA-2048 signing", "core, called directly"];

/** As many as the auth server has under way at its core: with fewer, one of its two processes waits for the other. */
const connections = 64;

/**
 * `POST /accesstoken` with `Cache-Control: no-cache`: every token is signed anew. By throughput, since two processes and
 * the machine's cores have a share in it; what it costs stands beside.
 */
export const accesstokenNew: Comparison = {
  rows: [signingRow, coreRow, livezRow],
  run: async (bench) => {
    const mesh = await bench.mesh();
    const server = ourAuthServer(mesh, ours, true);
    const pieces = await bench.interleave([
      driveServer(bench.generator, server, connections),
      rsaContestant(bench, "sign", signing),
      ...(bench.wants(coreRow) ? [driveServer(bench.generator, coreServer(mesh), connections)] : []),
    ]);
    const piecesOf = (name: string) => pieces.get(name) ?? [];
    const most = median(piecesOf(ours).map(({ perSecond }) => perSecond));
    const rows = [
      compareThroughput(signingRow, piecesOf(ours), piecesOf(signing), 0.75),
      compareThroughput(coreRow, piecesOf(ours), piecesOf(core), 0.5),
      ...(bench.wants(livezRow) ? [await measureLivez(bench, server, most)] : []),
    ];
    const costOf = (name: string, contestant: string): Figure => {
      const value = median(piecesOf(contestant).map(({ cpuMicros }) => cpuMicros));
      return { name, value, unit: "us of CPU" };
    };
    const costs = [costOf("limits/rsa-2048-sign", signing), costOf("accesstoken-new/cost", ours)];
    return { rows, figures: bench.wants(coreRow) ? [...costs, costOf("accesstoken-new/core-cost", core)] : costs };
  },
};

/** One core that does nothing but sign, or verify. */
export function rsaContestant({ stage }: Bench, what: "sign" | "verify", name: string): Contestant {
  const child = stage.fork(join(import.meta.dirname, "../contestants/rsa.ts"));
  return { name, isWarm: true, measure: (seconds) => askProcess<Piece>(child, { what, seconds }) };
}

/** The embedded core, asked for the same tokens without an auth server before it. */
function coreServer(mesh: BenchMesh): DrivenServer {
  const headers = { "api-key": mesh.coreKey(), "cdi-version": "5.4", rid: "jwt", "content-type": "application/json" };
  const now = Math.floor(Date.now() / 1_000);
  const requests = targets.flatMap((aud) =>
    callers.map((sub, at) => {
      const times = { iat: now, exp: now + 300 };
      const ids = { jti: `00000000-0000-4000-8000-${aud}${String(at).padStart(9, "0")}`, map: 1, gen: "1.0" };
      const payload = { iss: "auth-server", sub, aud, ...times, token_use: "access", ...ids };
      const algorithm = { algorithm: "RS256", useStaticSigningKey: false, jwksDomain: "http://localhost" };
      const body = JSON.stringify({ payload, validity: 300, ...algorithm });
      return { method: "POST", path: "/recipe/jwt", headers, body } as const;
    }),
  );
  const jwksUrl = `${mesh.authServer}/auth/jwt/jwks.json`;
  const check = checkTokens({ jwksUrl, issuer: "auth-server", field: "jwt", allDifferent: false });
  return { name: core, port: mesh.port("core"), pids: [mesh.pid("core")], requests, check };
}

const share = 0.7;
const livezPerSecond = 200;
/** As many as give a 99th percentile. */
const leastSeconds = 0.5;

/** `GET /livez`, asked by a process of its own, while the server mints at 70 % of what it can. */
async function measureLivez(
  { atRate, prober, pace, isQuick, say }: Bench,
  server: DrivenServer,
  most: number,
): Promise<Row> {
  const times: number[] = [];
  const { port, requests } = server;
  const livez = [{ method: "GET", path: "/livez", headers: {} }] as const;
  const seconds = Math.max(leastSeconds, pace.seconds);
  const rounds = isQuick ? 3 : pace.rounds;
  for (let round = 1; round <= rounds; round += 1) {
    say(`${livezRow}: round ${round} of ${rounds}`);
    const [load, probe] = await Promise.all([
      atRate.drive({ port, requests, connections: 32, seconds, rate: most * share }),
      prober.drive({ port, requests: livez, connections: 4, seconds, rate: livezPerSecond }),
    ]);
    refuseErrors(server.name, load);
    refuseErrors(livezRow, probe);
    times.push(probe.p99Ms);
  }
  return boundAbove(livezRow, times, "ms", 15);
}
