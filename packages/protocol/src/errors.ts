/** How one error code is answered: its HTTP status, what it says, and whether a retry can help. */
export interface ErrorSpec {
  readonly status: number;
  readonly description: string;
  /** Seconds for `Retry-After`, where waiting helps. */
  readonly retryAfterSeconds?: number;
  /** The `error` attribute of the RFC 6750 challenge, where the token itself is at fault. */
  readonly challenge?: "invalid_token" | "invalid_request" | "insufficient_scope";
}

/**
 * Every error that any of our servers answers with. The code is the contract; the description is for people, fixed
 * text in the characters that RFC 6749 section 5.2 allows, and never holds anything from the request.
 */
export const errors = {
  invalid_request: { status: 400, description: "The request is malformed.", challenge: "invalid_request" },
  invalid_target: { status: 400, description: "The target is missing, malformed, unknown or not granted." },
  invalid_scope: { status: 400, description: "A scope is malformed, unknown or not granted." },
  unauthorized_client: { status: 400, description: "This client may not do this." },
  oauth_required: { status: 400, description: "Tokens for this target are to be had at /oauth/token alone." },
  invalid_dpop_proof: { status: 400, description: "The DPoP proof was refused." },
  use_dpop_nonce: { status: 400, description: "The DPoP proof needs the nonce of the header DPoP-Nonce." },
  unsupported_grant_type: { status: 400, description: "This grant type is not known here." },
  unsupported_token_type: { status: 400, description: "Tokens of this kind cannot be revoked here." },
  private_key: { status: 400, description: "This is a private key, or a secret one; send the public half alone." },
  unsuitable_key: { status: 400, description: "No public key of RSA (2048 to 8192 bits), P-256 or Ed25519." },
  missing_token: { status: 401, description: "Send a token: Authorization: Bearer ..." },
  invalid_token: { status: 401, description: "The token was refused.", challenge: "invalid_token" },
  invalid_credential: { status: 401, description: "The credential was refused.", challenge: "invalid_token" },
  invalid_client: { status: 401, description: "Client authentication failed." },
  unauthorized_target: { status: 401, description: "This caller may not call this target." },
  caller_not_allowed: { status: 403, description: "This route does not accept this caller." },
  insufficient_scope: {
    status: 403,
    description: "The token does not have the scope.",
    challenge: "insufficient_scope",
  },
  insufficient_role: { status: 403, description: "The operator token does not have the role that this call needs." },
  not_found: { status: 404, description: "There is nothing here." },
  unknown_target: { status: 404, description: "No service of this name is configured here." },
  unknown_receiver: { status: 404, description: "There is no such receiver." },
  unknown_block: { status: 404, description: "There is no such block." },
  unknown_key: { status: 404, description: "No key with this kid is known." },
  unknown_credential: { status: 404, description: "No credential with this jti is known." },
  method_not_allowed: { status: 405, description: "This address does not answer to this method." },
  request_timeout: { status: 408, description: "The request took too long to arrive." },
  receivers_behind: { status: 409, description: "Not every live receiver has this key yet." },
  replaced_key: { status: 409, description: "Another key has replaced this one, and it does not sign again." },
  too_many_keys: { status: 409, description: "No more keys can be published until old ones have left." },
  too_many_secrets: {
    status: 409,
    description: "The service has two good secrets; revoke the one that it uses no more.",
  },
  too_many_client_keys: {
    status: 409,
    description: "The service has four good keys; revoke one that it uses no more.",
  },
  known_key: { status: 409, description: "This key is a good credential of the service already." },
  payload_too_large: { status: 413, description: "The body is too large." },
  unsupported_media_type: { status: 415, description: "Send the body as application/json." },
  too_many_requests: { status: 429, description: "Too many requests; Retry-After says when to come back." },
  headers_too_large: { status: 431, description: "The headers are too large." },
  server_error: { status: 500, description: "Something went wrong here; the log says what." },
  not_supported_by_core: { status: 501, description: "The signing core in use has no interface for this." },
  target_unreachable: { status: 502, description: "The target could not be reached." },
  auth_server_unreachable: {
    status: 503,
    description: "The auth server could not be reached.",
    retryAfterSeconds: 1,
  },
  core_unavailable: { status: 503, description: "The signing core did not answer in time.", retryAfterSeconds: 1 },
  core_key_unknown: {
    status: 503,
    description: "The signing core signed with a key that is not published yet.",
    retryAfterSeconds: 1,
  },
  cut_meanwhile: {
    status: 503,
    description: "A cut ended this token before it was handed out; ask again.",
    retryAfterSeconds: 1,
  },
  cutoffs_unavailable: {
    status: 503,
    description: "What was cut off is not known here at the moment, so no token is accepted.",
    retryAfterSeconds: 1,
  },
  decisions_unwritable: {
    status: 503,
    description: "Decisions cannot be recorded, so none are made.",
    retryAfterSeconds: 1,
  },
  keys_unavailable: { status: 503, description: "The keys to check tokens cannot be had.", retryAfterSeconds: 1 },
  store_unavailable: { status: 503, description: "The store did not take the change.", retryAfterSeconds: 1 },
  too_many_proofs: {
    status: 503,
    description: "More proofs came than can be remembered, so none is accepted.",
    retryAfterSeconds: 10,
  },
  introspection_unavailable: {
    status: 503,
    description: "What this token stands for cannot be asked for at the moment.",
    retryAfterSeconds: 1,
  },
  not_ready: { status: 503, description: "This server is not ready.", retryAfterSeconds: 1 },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof errors;

/** The one shape of an error body, the field names of RFC 6749 section 5.2. */
export interface ErrorBody {
  readonly error: ErrorCode;
  readonly error_description: string;
  readonly decision_id?: string;
}

/**
 * The body of an error answer. `decisionId` names the record of the decision that refused, where there is one; `description`
 * stands in for the table's, where somebody here wrote it for people to read.
 */
export const errorBody = (
  code: ErrorCode,
  decisionId?: string,
  description: string = errors[code].description,
): ErrorBody => ({
  error: code,
  error_description: description,
  ...(decisionId === undefined ? {} : { decision_id: decisionId }),
});

/**
 * The `WWW-Authenticate` value that belongs to `code` (RFC 6750 section 3), or undefined where none does: every 401
 * and 403 has one. It carries `error="invalid_token"` only for a bad token, so that nobody retries a refusal by the map.
 * `scope` names the scopes that are needed, where that is what was missing (section 3.1); it is not escaped.
 */
export function challengeOf(code: ErrorCode, scope?: string): string | undefined {
  const { status, challenge }: ErrorSpec = errors[code];
  const needed = scope === undefined ? "" : `, scope="${scope}"`;
  if (challenge !== undefined) return `Bearer realm="meshpass", error="${challenge}"${needed}`;
  return status === 401 || status === 403 ? 'Bearer realm="meshpass"' : undefined;
}
