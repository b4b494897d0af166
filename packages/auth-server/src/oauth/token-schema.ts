import {
  count,
  described,
  json,
  matching,
  named,
  type Operation,
  objectOf,
  oneOf,
  optional,
  text,
} from "@meshpass/http-server/openapi";
import { accessTokenType, scopeGrammar, tokenExchangeGrant } from "@meshpass/protocol";
import { grantErrors, quotaHeader, wishForNew } from "../grant/grant-schema.ts";
import { clientSecurity } from "../openapi/security.ts";
import { clientErrors, parameters, type RequestKind } from "./client-parameters.ts";

const dpopNonce = { "DPoP-Nonce": described("Where a proof must carry one", text) };

interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: "Bearer" | "DPoP";
  readonly expires_in: number;
  readonly scope?: string;
  readonly issued_token_type?: string;
}

const answer = objectOf<TokenAnswer>({
  access_token: text,
  token_type: oneOf("Bearer", "DPoP"),
  expires_in: described("In seconds", count),
  scope: optional(described("What was granted; missing where that is nothing", matching(scopeGrammar))),
  issued_token_type: optional(described("Of a token exchange (RFC 8693)", oneOf(accessTokenType))),
});

const wanted = {
  audience: described("The target, by its audience or its name in the map", text),
  resource: described("The same (RFC 8707)", text),
  scope: described("Some of what the edge grants; all of it if not sent", text),
};

const clientCredentials: RequestKind = {
  fields: { grant_type: oneOf("client_credentials"), ...wanted },
  required: ["grant_type"],
};

const tokenExchange: RequestKind = {
  fields: {
    grant_type: oneOf(tokenExchangeGrant),
    subject_token: described("The access token that the client was called with", { ...text, minLength: 1 }),
    subject_token_type: oneOf(accessTokenType),
    // An empty parameter counts as not sent.
    requested_token_type: oneOf(accessTokenType, ""),
    ...wanted,
  },
  required: ["grant_type", "subject_token", "subject_token_type"],
};

/** The token endpoint (RFC 6749 section 4.4, RFC 8693 section 2.1). */
export const tokenSchema: Operation = {
  summary: "A token for one target: of the client itself, or to call on with a token that it was called with",
  description: "A client authenticates by one of these ways, or by fields of the body. Nothing may stand in the URL.",
  security: clientSecurity,
  headers: {
    type: "object",
    properties: { ...wishForNew, DPoP: described("A proof of the key to bind the token to (RFC 9449)", text) },
  },
  body: parameters("TokenRequest", clientCredentials, tokenExchange),
  response: {
    200: {
      description: "The token",
      headers: { ...dpopNonce, ...quotaHeader, Pragma: text },
      ...json(named("TokenAnswer", answer)),
    },
  },
  errors: [
    ...clientErrors,
    ...grantErrors,
    "unsupported_grant_type",
    "invalid_dpop_proof",
    "use_dpop_nonce",
    "too_many_proofs",
  ],
  errorHeaders: { ...dpopNonce, ...quotaHeader },
  // In the words of Auth0, to a client that has `errors: auth0` in the map.
  foreignErrors: { 401: ["access_denied"], 403: ["access_denied", "unauthorized_client"] },
};
