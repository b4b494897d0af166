import { createHttpServer, HttpError, type HttpServerOptions } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import type { FastifyInstance } from "fastify";
import { type AccessTokenDependencies, grantAccessToken, settleRefusal } from "./access-token.ts";
import { type CutoffsRoutesOptions, mountCutoffs } from "./cutoffs/cutoffs-routes.ts";
import { authenticate } from "./judge.ts";
import { jwksRoute } from "./jwks-route.ts";

export interface AuthServerAppOptions extends AccessTokenDependencies, Omit<CutoffsRoutesOptions, "authenticate"> {
  readonly http: HttpServerOptions;
}

/** The public interface of the auth server: `POST /accesstoken`, the key set, the cut-off feed, and health. */
export function buildApp({ http, feed, onConfirmation, ...dependencies }: AuthServerAppOptions): FastifyInstance {
  const app = createHttpServer(http);
  const errorHandler = (error: unknown) => settleRefusal(dependencies, error);
  app.post(paths.accessToken, { errorHandler }, ({ raw, body }) =>
    grantAccessToken(dependencies, { rawHeaders: raw.rawHeaders, body }),
  );
  const sendJwks = jwksRoute(dependencies.keys);
  app.get(paths.jwks, sendJwks);
  app.get(paths.wellKnownJwks, sendJwks);
  const nameOf = async (rawHeaders: readonly string[]): Promise<string> => {
    const authenticated = await authenticate(dependencies, rawHeaders);
    if ("refused" in authenticated) throw new HttpError(authenticated.refused.code);
    return authenticated.value.name;
  };
  mountCutoffs(app, { feed, onConfirmation, authenticate: nameOf });
  return app;
}
