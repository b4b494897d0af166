import type { Request } from "../load/job.ts";
import { callers, targets, writeBenchMap } from "./bench-map.ts";
import type { Stage } from "./create-stage.ts";
import { type Mesh, type MeshOptions, startMesh } from "./start-mesh.ts";

/** A mesh whose map knows the callers of the bench, with a credential for each of them. */
export interface BenchMesh extends Mesh {
  /** `http://127.0.0.1:<port>` of its auth server. */
  readonly authServer: string;
  /** A request for a token by each caller for each target; `fresh` wants one that nobody was given before. */
  tokenRequests(fresh: boolean): readonly Request[];
  /** A token of each caller for m2. */
  tokensForM2(): Promise<readonly string[]>;
}

/** Starts it, with m1 to m3 or without. */
export async function startBenchMesh(stage: Stage, options: Omit<MeshOptions, "map"> = {}): Promise<BenchMesh> {
  const mesh = await startMesh(stage, { ...options, map: writeBenchMap() });
  const credentials = await mesh.issueCredentials(callers);
  const authServer = `http://127.0.0.1:${mesh.port("authServer")}`;
  return {
    ...mesh,
    authServer,
    tokenRequests: (fresh) =>
      targets.flatMap((target) => credentials.map((credential) => tokenRequest(credential, target, fresh))),
    tokensForM2: () => Promise.all(credentials.map((credential) => fetchToken(authServer, credential))),
  };
}

/** What a caller sends for a token. */
const tokenRequest = (credential: string, target: string, fresh: boolean): Request => ({
  method: "POST",
  path: "/accesstoken",
  headers: {
    authorization: `Bearer ${credential}`,
    "content-type": "application/json",
    ...(fresh ? { "cache-control": "no-cache" } : {}),
  },
  body: JSON.stringify({ target }),
});

async function fetchToken(authServer: string, credential: string): Promise<string> {
  const { path, ...init } = tokenRequest(credential, "m2", false);
  const answer = await fetch(authServer + path, init);
  const { accessToken } = (await answer.json()) as { accessToken?: string };
  if (accessToken === undefined) throw new Error(`no token for m2: status ${answer.status}`);
  return accessToken;
}
