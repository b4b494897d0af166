import { createHttpServer, type HttpServerOptions } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import type { FastifyInstance } from "fastify";
import { type AccessTokenDependencies, grantAccessToken } from "./access-token.ts";
import { jwksRoute } from "./jwks-route.ts";

export interface AuthServerAppOptions extends AccessTokenDependencies {
  readonly http: HttpServerOptions;
}

/** The public interface of the auth server: `POST /accesstoken`, the key set, and health. */
export function buildApp({ http, ...dependencies }: AuthServerAppOptions): FastifyInstance {
  const app = createHttpServer(http);
  app.post(paths.accessToken, (request) =>
    grantAccessToken(dependencies, { rawHeaders: request.raw.rawHeaders, body: request.body }),
  );
  const sendJwks = jwksRoute(dependencies.keys);
  app.get(paths.jwks, sendJwks);
  app.get(paths.wellKnownJwks, sendJwks);
  return app;
}
