import { decodeJwt } from "jose";
import type { Bench, Comparison } from "../bench.ts";
import { type DrivenServer, driveServer } from "../measure/drive-server.ts";
import type { Piece } from "../measure/interleave.ts";
import { compareCpu } from "../measure/row.ts";
import { median } from "../measure/summary.ts";
import { askAll } from "../stage/ask-all.ts";
import { spawnContestant } from "../stage/spawn-contestant.ts";
import type { BenchMesh } from "../stage/start-bench-mesh.ts";
import { rsaContestant } from "./accesstoken-new.ts";
import { checkHello, helloRequests, startUnguarded } from "./hello-seen.ts";

const row = "hello-unseen/sum";
const verifying = "RSA-2048 verification";

/** Of which a fifth fits into the cache: shown in turn, each has been forgotten when it comes again. */
const tokenCount = { full: 5_000, quick: 500 };

/** Guarded `GET /hello` with tokens not seen before, beside an unguarded one and one bare verification. */
export const helloUnseen: Comparison = {
  rows: [row],
  run: async (bench) => {
    const mesh = await bench.mesh();
    const count = bench.isQuick ? tokenCount.quick : tokenCount.full;
    bench.say(`signing ${count} tokens`);
    const requests = helloRequests(await signTokens(mesh, count));
    const [guarded, unguarded] = await Promise.all([
      startForgetful(bench, requests, count / 5),
      startUnguarded(bench, requests),
    ]);
    const pieces = await bench.interleave([
      driveServer(bench.generator, guarded),
      driveServer(bench.generator, unguarded),
      rsaContestant(bench, "verify", verifying),
    ]);
    const [ours = [], open = [], verify = []] = [guarded.name, unguarded.name, verifying].map((name) =>
      pieces.get(name),
    );
    const cost = median(verify.map(({ cpuMicros }) => cpuMicros));
    return {
      rows: [compareCpu(row, ours, sumOf(open, verify), 0.4)],
      figures: [{ name: "limits/rsa-2048-verify", value: cost, unit: "us of CPU" }],
    };
  },
};

/** What an unguarded answer and one verification cost together. */
const sumOf = (open: readonly Piece[], verify: readonly Piece[]): Piece[] =>
  open.map((piece, round) => {
    const { cpuMicros = Number.NaN } = verify[round] ?? {};
    return { ...piece, cpuMicros: piece.cpuMicros + cpuMicros };
  });

/** m2's guarded route with a cache of `cacheSize` tokens. */
async function startForgetful(
  bench: Bench,
  requests: DrivenServer["requests"],
  cacheSize: number,
): Promise<DrivenServer> {
  const { authServer } = await bench.mesh();
  const { port, pid } = await spawnContestant(bench.stage, "contestants/hello.ts", [authServer, String(cacheSize)]);
  return { name: "guarded, unseen", port, pids: [pid], requests, check: checkHello };
}

const signingsAtOnce = 8;

/** Tokens for m2 that differ in their id alone, signed by the core as the auth server has it sign. */
async function signTokens(mesh: BenchMesh, count: number): Promise<string[]> {
  const [model = ""] = await mesh.tokensForM2();
  const claims = decodeJwt(model);
  const headers = { "api-key": mesh.coreKey(), "cdi-version": "5.4", rid: "jwt", "content-type": "application/json" };
  const sign = async (number: number): Promise<string> => {
    const payload = { ...claims, jti: `bench-${number}` };
    const rest = { validity: 300, algorithm: "RS256", useStaticSigningKey: false, jwksDomain: "http://localhost" };
    const answer = await fetch(`http://127.0.0.1:${mesh.port("core")}/recipe/jwt`, {
      method: "POST",
      headers,
      body: JSON.stringify({ payload, ...rest }),
    });
    const { jwt } = (await answer.json()) as { jwt?: string };
    if (jwt === undefined) throw new Error(`the core signed nothing: status ${answer.status}`);
    return jwt;
  };
  return askAll(
    Array.from({ length: count }, (_, number) => () => sign(number)),
    signingsAtOnce,
  );
}
