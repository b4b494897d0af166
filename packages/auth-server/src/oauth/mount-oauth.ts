import { HttpError } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import type { Nonces } from "@meshpass/verifier";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { grantToken, settleRefusal, type TokenDependencies } from "../grant-token.ts";
import { type ClientCredentialsOptions, createClientCredentialsDoor } from "./client-credentials-door.ts";
import { type IntrospectDependencies, introspect } from "./introspect.ts";
import { metadataOf } from "./metadata.ts";
import { toOAuthError } from "./oauth-error.ts";
import { type ClientRequest, parseForm, readJsonParameters } from "./parameters.ts";
import { type RevokeDependencies, revoke } from "./revoke.ts";

export interface OAuthOptions
  extends TokenDependencies,
    ClientCredentialsOptions,
    IntrospectDependencies,
    RevokeDependencies {
  /** With them a proof of possession must carry one. */
  readonly dpopNonces: Nonces | undefined;
}

/** The OAuth 2.0 endpoints: token, introspection, revocation, and the metadata that names them. */
export function mountOAuth(app: FastifyInstance, options: OAuthOptions): void {
  const metadata = metadataOf(options.issuer);
  app.get(paths.oauthMetadata, async (_, reply) => reply.header("cache-control", "public, max-age=300").send(metadata));
  app.register(async (endpoints) => {
    mountFormParser(endpoints);
    mountTokenEndpoint(endpoints, options);
    const errorHandler = (error: unknown, { headers }: FastifyRequest): never => {
      throw toOAuthError(error, headers.authorization);
    };
    endpoints.post(paths.introspect, { errorHandler }, (request) => introspect(options, readRequest(request)));
    endpoints.post(paths.revoke, { errorHandler }, async (request, reply) => {
      await revoke(options, readRequest(request));
      return reply.code(200).send();
    });
  });
}

/** For these endpoints alone: everywhere else JSON is the only body there is. */
function mountFormParser(app: FastifyInstance): void {
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, text, done) => {
    try {
      done(null, parseForm(text as string));
    } catch (error) {
      done(error as HttpError);
    }
  });
}

function mountTokenEndpoint(app: FastifyInstance, options: OAuthOptions): void {
  const door = createClientCredentialsDoor(options);
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const { token, expiresIn, scopes, tokenType } = await grantToken(options, door, readGrant(readRequest(request)));
    withNonce(options, reply);
    // RFC 6749 section 5.1 asks for both.
    reply.header("pragma", "no-cache");
    const scope = scopes.length === 0 ? {} : { scope: scopes.join(" ") };
    return { access_token: token, token_type: tokenType, expires_in: expiresIn, ...scope };
  };
  const errorHandler = (error: unknown, { headers }: FastifyRequest, reply: FastifyReply) =>
    settleRefusal(options, error).catch((settled: unknown) => {
      withNonce(options, reply);
      throw toOAuthError(settled, headers.authorization);
    });
  for (const path of [paths.oauthToken, paths.token]) app.post(path, { errorHandler }, answer);
}

/** The nonce that the next proof must carry, where one has to (RFC 9449 section 8.2). */
function withNonce({ dpopNonces, clock }: OAuthOptions, reply: FastifyReply): void {
  if (dpopNonces !== undefined) reply.header("dpop-nonce", dpopNonces.current(clock() / 1_000));
}

/** Nothing that belongs in the body may stand in the URL, where logs keep it (RFC 6749 section 2.3.1). */
function readRequest({ raw, url, body }: FastifyRequest): ClientRequest {
  if (url.includes("?")) throw new HttpError("invalid_request");
  return { path: url, rawHeaders: raw.rawHeaders, parameters: body instanceof Map ? body : readJsonParameters(body) };
}

function readGrant(request: ClientRequest): ClientRequest {
  const grant = request.parameters.get("grant_type");
  if (grant === undefined) throw new HttpError("invalid_request");
  if (grant !== "client_credentials") throw new HttpError("unsupported_grant_type");
  return request;
}
