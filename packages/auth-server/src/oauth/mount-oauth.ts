import { HttpError } from "@meshpass/http-server";
import { paths } from "@meshpass/protocol";
import type { Nonces } from "@meshpass/verifier";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { grantToken, type TokenDependencies } from "../grant/grant-token.ts";
import { Refusal, settleRefusal } from "../grant/refusal.ts";
import { createGrants, grantOf } from "./grants.ts";
import { type IntrospectDependencies, introspect } from "./introspect.ts";
import { introspectionSchema } from "./introspection-schema.ts";
import { metadataOf } from "./metadata.ts";
import { metadataSchema } from "./metadata-schema.ts";
import { toOAuthError } from "./oauth-error.ts";
import { type ClientRequest, parseForm, readJsonParameters } from "./parameters.ts";
import { revocationSchema } from "./revocation-schema.ts";
import { type RevokeDependencies, revoke } from "./revoke.ts";
import { sendInItsWords } from "./send-in-its-words.ts";
import type { TokenExchangeOptions } from "./token-exchange-door.ts";
import { tokenSchema } from "./token-schema.ts";

export interface OAuthOptions
  extends TokenDependencies,
    TokenExchangeOptions,
    IntrospectDependencies,
    RevokeDependencies {
  /** With them a proof of possession must carry one. */
  readonly dpopNonces: Nonces | undefined;
}

/** The OAuth 2.0 endpoints: token, introspection, revocation, and the metadata that names them. */
export function mountOAuth(app: FastifyInstance, options: OAuthOptions): void {
  const metadata = metadataOf(options.issuer);
  app.get(paths.oauthMetadata, { schema: metadataSchema }, async (_, reply) =>
    reply.header("cache-control", "public, max-age=300").send(metadata),
  );
  app.register(async (endpoints) => {
    mountFormParser(endpoints);
    mountTokenEndpoint(endpoints, options);
    const errorHandler = (error: unknown, { headers }: FastifyRequest): never => {
      throw toOAuthError(error, headers.authorization);
    };
    endpoints.post(paths.introspect, { schema: introspectionSchema, errorHandler }, (request) =>
      introspect(options, readRequest(request)),
    );
    endpoints.post(paths.revoke, { schema: revocationSchema, errorHandler }, async (request, reply) => {
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
  const grants = createGrants(options);
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const read = readRequest(request);
    const grant = grantOf(grants, read);
    const { token, caller, expiresIn, scopes, tokenType } = await grantToken(options, grant.door, read);
    addNonce(options, reply);
    addQuota(options, reply, caller);
    // RFC 6749 section 5.1 asks for both.
    reply.header("pragma", "no-cache");
    const scope = scopes.length === 0 ? {} : { scope: scopes.join(" ") };
    return { access_token: token, token_type: tokenType, expires_in: expiresIn, ...scope, ...grant.answer };
  };
  const errorHandler = (thrown: unknown, request: FastifyRequest, reply: FastifyReply) =>
    settleRefusal(options, thrown).catch((settled: unknown) => {
      addNonce(options, reply);
      const error = toOAuthError(settled, request.headers.authorization);
      const missingScopes = settled instanceof Refusal ? settled.missingScopes : [];
      const sent = sendInItsWords(options, reply, { error, missingScopes }, tryToRead(request));
      if (sent === undefined) throw error;
      return sent;
    });
  for (const path of [paths.oauthToken, paths.token]) app.post(path, { schema: tokenSchema, errorHandler }, answer);
}

/** The nonce that the next proof must carry, where one has to (RFC 9449 section 8.2). */
function addNonce({ dpopNonces, clock }: OAuthOptions, reply: FastifyReply): void {
  if (dpopNonces !== undefined) reply.header("dpop-nonce", dpopNonces.current(clock() / 1_000));
}

/** How many tokens the client may still be given, where the map gives it a quota. */
function addQuota({ quotas, currentMap }: OAuthOptions, reply: FastifyReply, client: string): void {
  const snapshot = currentMap();
  if (snapshot !== undefined) reply.headers(quotas.headersOf(snapshot.map, client));
}

/** Nothing that belongs in the body may stand in the URL, where logs keep it (RFC 6749 section 2.3.1). */
function readRequest({ raw, ip: address, url: path, body }: FastifyRequest): ClientRequest {
  if (path.includes("?")) throw new HttpError("invalid_request");
  const parameters = body instanceof Map ? body : readJsonParameters(body);
  return { address, path, rawHeaders: raw.rawHeaders, parameters };
}

/** Undefined where that is what was wrong. */
function tryToRead(request: FastifyRequest): ClientRequest | undefined {
  try {
    return readRequest(request);
  } catch {
    return undefined;
  }
}
