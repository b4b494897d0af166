import { HttpError, toHttpError } from "@meshpass/http-server";
import type { ErrorCode } from "@meshpass/protocol";

/** What the phases behind all doors say, in the words of RFC 6749 section 5.2 and RFC 8707 section 2. */
const codes: Partial<Record<ErrorCode, ErrorCode>> = {
  missing_token: "invalid_client",
  invalid_credential: "invalid_client",
  unauthorized_target: "invalid_target",
  oauth_required: "invalid_dpop_proof",
  unsupported_media_type: "invalid_request",
};

/**
 * `error` as an OAuth endpoint answers it. A client that could not be authenticated is told by which scheme it may try: the
 * one that it used, else Basic (RFC 6749 section 5.2). Nothing else is about how it authenticates, and has no challenge:
 * client libraries take one for the answer, and read no further.
 */
export function toOAuthError(error: unknown, authorization: string | undefined): HttpError {
  const { code, decisionId, description, headers, cause } = toHttpError(error);
  const named = codes[code] ?? code;
  const challenge = named === "invalid_client" ? { "www-authenticate": challengeFor(authorization) } : {};
  const sent = { ...headers, ...challenge };
  return new HttpError(named, { decisionId, description, cause, headers: sent, challenges: false });
}

const challengeFor = (authorization: string | undefined): string =>
  /^bearer(\s|$)/i.test(authorization ?? "") ? 'Bearer realm="meshpass"' : 'Basic realm="meshpass", charset="UTF-8"';
