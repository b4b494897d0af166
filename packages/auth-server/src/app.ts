import { createHttpServer, type HttpServerOptions } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import type { FastifyInstance } from "fastify";
import { type AccessTokenDependencies, grantAccessToken, settleRefusal } from "./access-token.ts";
import { authenticateReceiver, type ReceiverDependencies } from "./cutoffs/authenticate-receiver.ts";
import { type CutoffsRoutesOptions, mountCutoffs } from "./cutoffs/cutoffs-routes.ts";
import { identifyListener, type ListenerDependencies } from "./cutoffs/identify-listener.ts";
import { jwksRoute } from "./jwks-route.ts";

export interface AuthServerAppOptions
  extends AccessTokenDependencies,
    ListenerDependencies,
    ReceiverDependencies,
    Omit<CutoffsRoutesOptions, "authenticate" | "identify"> {
  readonly http: HttpServerOptions;
}

/** The public interface of the auth server: `POST /accesstoken`, the key set, the cut-off feed, and health. */
export function buildApp(options: AuthServerAppOptions): FastifyInstance {
  const app = createHttpServer(options.http);
  const errorHandler = (error: unknown) => settleRefusal(options, error);
  app.post(paths.accessToken, { errorHandler }, ({ raw, body }) =>
    grantAccessToken(options, { rawHeaders: raw.rawHeaders, body }),
  );
  const sendJwks = jwksRoute(options.keys);
  app.get(paths.jwks, sendJwks);
  app.get(paths.wellKnownJwks, sendJwks);
  const { feed, places, onConfirmation } = options;
  const identify = (rawHeaders: readonly string[]) => identifyListener(options, rawHeaders);
  const authenticate = (rawHeaders: readonly string[]) => authenticateReceiver(options, rawHeaders);
  mountCutoffs(app, { feed, places, identify, onConfirmation, authenticate });
  return app;
}
