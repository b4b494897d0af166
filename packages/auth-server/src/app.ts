import { createHttpServer, HttpError, type HttpServerOptions } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import type { FastifyInstance } from "fastify";
import { type AccessTokenDependencies, grantAccessToken, settleRefusal } from "./access-token.ts";
import { type Confirmer, type CutoffsRoutesOptions, mountCutoffs } from "./cutoffs/cutoffs-routes.ts";
import { authenticate } from "./judge.ts";
import { jwksRoute } from "./jwks-route.ts";

export interface AuthServerAppOptions extends AccessTokenDependencies, Omit<CutoffsRoutesOptions, "authenticate"> {
  readonly http: HttpServerOptions;
  /** Whether this instance of a service has confirmed before. */
  readonly knowsReceiver: (service: string, instance: string) => boolean;
}

/** The public interface of the auth server: `POST /accesstoken`, the key set, the cut-off feed, and health. */
export function buildApp({
  http,
  feed,
  onConfirmation,
  knowsReceiver,
  ...dependencies
}: AuthServerAppOptions): FastifyInstance {
  const app = createHttpServer(http);
  const errorHandler = (error: unknown) => settleRefusal(dependencies, error);
  app.post(paths.accessToken, { errorHandler }, ({ raw, body }) =>
    grantAccessToken(dependencies, { rawHeaders: raw.rawHeaders, body }),
  );
  const sendJwks = jwksRoute(dependencies.keys);
  app.get(paths.jwks, sendJwks);
  app.get(paths.wellKnownJwks, sendJwks);
  /** What is cut off may say that it has read so, as far as it was heard of before: nobody else knows its instance. */
  const confirmerOf = async (rawHeaders: readonly string[]): Promise<Confirmer> => {
    const authenticated = await authenticate(dependencies, rawHeaders);
    if ("value" in authenticated) return { service: authenticated.value.name, checkInstance: () => undefined };
    const { caller, reason, code } = authenticated.refused;
    const hasEnded = reason === "revoked" || reason === "legacy_cut";
    if (caller === undefined || !hasEnded) throw new HttpError(code);
    const checkInstance = (instance: string): void => {
      if (!knowsReceiver(caller.name, instance)) throw new HttpError(code);
    };
    return { service: caller.name, checkInstance };
  };
  mountCutoffs(app, { feed, onConfirmation, authenticate: confirmerOf });
  return app;
}
