import { createHttpServer, type HttpServerOptions } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import type { FastifyInstance } from "fastify";
import { type AccessTokenDependencies, grantAccessToken, settleRefusal } from "./access-token.ts";
import { jwksRoute } from "./jwks-route.ts";

export interface AuthServerAppOptions extends AccessTokenDependencies {
  readonly http: HttpServerOptions;
}

/** The public interface of the auth server: `POST /accesstoken`, the key set, and health. */
export function buildApp({ http, ...dependencies }: AuthServerAppOptions): FastifyInstance {
  const app = createHttpServer(http);
  const errorHandler = (error: unknown) => settleRefusal(dependencies, error);
  app.post(paths.accessToken, { errorHandler }, ({ raw, body }) =>
    grantAccessToken(dependencies, { rawHeaders: raw.rawHeaders, body }),
  );
  const sendJwks = jwksRoute(dependencies.keys);
  app.get(paths.jwks, sendJwks);
  app.get(paths.wellKnownJwks, sendJwks);
  return app;
}
