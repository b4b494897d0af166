import type { Bench, Comparison } from "../bench.ts";
import type { Request } from "../load/job.ts";
import { checkTokens } from "../measure/check-tokens.ts";
import { type DrivenServer, driveServer } from "../measure/drive-server.ts";
import { compareCpu } from "../measure/row.ts";
import { callers, targets } from "../stage/bench-map.ts";
import { spawnContestant } from "../stage/spawn-contestant.ts";
import { ourAuthServer } from "./auth-server.ts";

/** Beside whom, and how many times less CPU ours must need. */
const bounds: ReadonlyMap<string, number> = new Map([
  ["oidc-provider", 8],
  ["oauth2-server", 1.5],
  ["constant", 0.6],
]);
const starts: Readonly<Record<string, (bench: Bench) => Promise<DrivenServer>>> = {
  "oidc-provider": startOidcProvider,
  "oauth2-server": startOAuth2Server,
  constant: startConstant,
};
const rowOf = (peer: string): string => `accesstoken-steady/${peer}`;

/** `POST /accesstoken` as it is most of the time: 100 callers that ask again for what they have, each for 20 targets. */
export const accesstokenSteady: Comparison = {
  rows: [...bounds.keys()].map(rowOf),
  run: async (bench) => {
    const ours = ourAuthServer(await bench.mesh(), "auth server", false);
    const peers = [...bounds.keys()].filter((peer) => bench.wants(rowOf(peer)));
    const servers = [ours, ...(await Promise.all(peers.map((peer) => starts[peer]?.(bench) as Promise<DrivenServer>)))];
    const pieces = await bench.interleave(servers.map((server) => driveServer(bench.generator, server)));
    const piecesOf = (name: string) => pieces.get(name) ?? [];
    const rows = peers.map((peer) =>
      compareCpu(rowOf(peer), piecesOf(ours.name), piecesOf(peer), bounds.get(peer) as number),
    );
    return { rows, figures: [] };
  },
};

const form = { "content-type": "application/x-www-form-urlencoded" };

/** A request by each caller for each target, with the fields that say which. */
const formRequests = (path: string, fields: (target: string) => Record<string, string>): Request[] =>
  targets.flatMap((target) =>
    callers.map((caller) => {
      const client = { grant_type: "client_credentials", client_id: caller, client_secret: `secret-of-${caller}` };
      return {
        method: "POST",
        path,
        headers: form,
        body: new URLSearchParams({ ...client, ...fields(target) }).toString(),
      };
    }),
  );

async function startOidcProvider({ stage }: Bench): Promise<DrivenServer> {
  const { port, pid } = await spawnContestant(stage, "peers/oidc-provider.ts");
  const issuer = `http://127.0.0.1:${port}`;
  const requests = formRequests("/token", (target) => ({ resource: `urn:bench:${target}` }));
  const check = checkTokens({ jwksUrl: `${issuer}/jwks`, issuer, field: "access_token", allDifferent: true });
  return { name: "oidc-provider", port, pids: [pid], requests, check };
}

async function startOAuth2Server({ stage }: Bench): Promise<DrivenServer> {
  const { port, pid } = await spawnContestant(stage, "peers/oauth2-server.ts");
  const requests = formRequests("/token", (scope) => ({ scope }));
  const check = (bodies: readonly string[]): void => {
    const tokens = bodies.map((body) => JSON.parse(body).access_token);
    if (tokens.some((token) => !/^[0-9a-f]{40,}$/.test(token))) throw new Error("an answer without a token");
    if (new Set(tokens).size < tokens.length) throw new Error("a token was handed out twice");
  };
  return { name: "oauth2-server", port, pids: [pid], requests, check };
}

async function startConstant(bench: Bench): Promise<DrivenServer> {
  const mesh = await bench.mesh();
  const [token = ""] = await mesh.tokensForM2();
  const { port, pid } = await spawnContestant(bench.stage, "contestants/constant.ts", [String(token.length)]);
  const check = (bodies: readonly string[]): void => {
    const isRight = bodies.every((body) => JSON.parse(body).accessToken.length === token.length);
    if (!isRight) throw new Error("an answer of another size");
  };
  return { name: "constant", port, pids: [pid], requests: mesh.tokenRequests(false), check };
}
