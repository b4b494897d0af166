import { paths } from "@meshpass/protocol";
import { checkTokens } from "../measure/check-tokens.ts";
import type { DrivenServer } from "../measure/drive-server.ts";
import type { BenchMesh } from "../stage/start-bench-mesh.ts";

/** The auth server of `mesh` and its core, asked by 100 callers for 20 targets; `fresh` wants every token to be new. */
export const ourAuthServer = (mesh: BenchMesh, name: string, fresh: boolean): DrivenServer => ({
  name,
  port: mesh.port("authServer"),
  pids: [mesh.pid("authServer"), mesh.pid("core")],
  requests: mesh.tokenRequests(fresh),
  check: checkTokens({
    jwksUrl: mesh.authServer + paths.jwks,
    issuer: "auth-server",
    field: "accessToken",
    allDifferent: fresh,
  }),
});
