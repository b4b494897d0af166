import { createHash } from "node:crypto";
import { createHttpServer, HttpError, type HttpServerOptions } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import type { Keys } from "@meshpass/verifier";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type AccessTokenDependencies, grantAccessToken } from "./access-token.ts";

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

/** A receiver must learn of a new key well before the core signs with it, which is a minute. */
const jwksHeaders = {
  "cache-control": "public, max-age=15",
  "content-type": "application/jwk-set+json; charset=utf-8",
};

/** The last good key set, whatever the core does meanwhile (RFC 7517 section 5); 304 for who has it already. */
function jwksRoute(keys: Keys) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const jwks = keys.jwks();
    if (jwks === undefined) throw new HttpError("keys_unavailable");
    const text = JSON.stringify(jwks);
    const etag = `"${createHash("sha256").update(text).digest("base64url")}"`;
    reply.headers({ ...jwksHeaders, etag });
    return request.headers["if-none-match"] === etag ? reply.code(304).send() : reply.send(text);
  };
}
