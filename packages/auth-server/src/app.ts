import { createHttpServer, type HttpServerOptions } from "@meshpass/http-server";
import { type AccessTokenAnswer, paths } from "@meshpass/protocol";
import { createNonces, createProofCheck } from "@meshpass/verifier";
import type { FastifyInstance } from "fastify";
import { authenticateReceiver, type ReceiverDependencies } from "./cutoffs/authenticate-receiver.ts";
import { type CutoffsRoutesOptions, mountCutoffs } from "./cutoffs/cutoffs-routes.ts";
import { identifyListener, type ListenerDependencies } from "./cutoffs/identify-listener.ts";
import { createAccessTokenDoor } from "./grant/access-token-door.ts";
import { accessTokenSchema } from "./grant/access-token-schema.ts";
import { grantToken, type TokenDependencies } from "./grant/grant-token.ts";
import { settleRefusal } from "./grant/refusal.ts";
import { jwksRoute } from "./jwks-route.ts";
import { jwksSchema } from "./jwks-schema.ts";
import type { LimitAuthentication } from "./limits/limit-authentication.ts";
import { limitDoor } from "./limits/limit-door.ts";
import { authenticateClient, type ClientDependencies } from "./oauth/authenticate-client.ts";
import { mountOAuth, type OAuthOptions } from "./oauth/mount-oauth.ts";
import type { ClientRequest } from "./oauth/parameters.ts";
import { readProofKey } from "./oauth/read-proof-key.ts";

export interface AuthServerAppOptions
  extends TokenDependencies,
    Omit<
      OAuthOptions,
      | "authenticateClient"
      | "authenticateForIntrospection"
      | "authenticateForRevocation"
      | "readProofKey"
      | "dpopNonces"
    >,
    Pick<ClientDependencies, "usedAssertions">,
    ListenerDependencies,
    ReceiverDependencies,
    Omit<CutoffsRoutesOptions, "authenticate" | "identify"> {
  readonly http: HttpServerOptions;
  readonly limitAuthentication: LimitAuthentication;
  readonly limitIntrospection: LimitAuthentication;
  readonly limitRevocation: LimitAuthentication;
  readonly requireDpopNonce: boolean;
}

function createOAuthOptions(options: AuthServerAppOptions): OAuthOptions {
  const { issuer, clock, requireDpopNonce } = options;
  const authenticate = (request: ClientRequest) => authenticateClient({ ...options, audiences }, request);
  const audiences = new Set([issuer, issuer + paths.oauthToken, issuer + paths.token]);
  const dpopNonces = requireDpopNonce ? createNonces() : undefined;
  const checkProof = createProofCheck({ clock, nonces: dpopNonces });
  return {
    ...options,
    dpopNonces,
    authenticateClient: options.limitAuthentication(authenticate),
    authenticateForIntrospection: options.limitIntrospection(authenticate),
    authenticateForRevocation: options.limitRevocation(authenticate),
    readProofKey: (request) => readProofKey({ issuer, checkProof }, request),
  };
}

/** The public interface of the auth server: `POST /accesstoken`, the OAuth endpoints, the key set, the cut-off feed, and health. */
export function buildApp(options: AuthServerAppOptions): FastifyInstance {
  const app = createHttpServer(options.http);
  const errorHandler = (error: unknown) => settleRefusal(options, error);
  const door = limitDoor(createAccessTokenDoor(options), options.limitAuthentication);
  app.post(
    paths.accessToken,
    { schema: accessTokenSchema, errorHandler },
    async ({ raw, ip: address, body }): Promise<AccessTokenAnswer> => {
      const { token, expiresIn } = await grantToken(options, door, { address, rawHeaders: raw.rawHeaders, body });
      return { accessToken: token, tokenType: "Bearer", expiresIn };
    },
  );
  const sendJwks = jwksRoute(options.keys);
  mountOAuth(app, createOAuthOptions(options));
  app.get(paths.jwks, { schema: jwksSchema }, sendJwks);
  app.get(paths.wellKnownJwks, { schema: jwksSchema }, sendJwks);
  const { feed, places, onConfirmation } = options;
  const identify = (rawHeaders: readonly string[]) => identifyListener(options, rawHeaders);
  const authenticate = (rawHeaders: readonly string[]) => authenticateReceiver(options, rawHeaders);
  mountCutoffs(app, { feed, places, identify, onConfirmation, authenticate });
  return app;
}
