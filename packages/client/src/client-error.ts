import type { ErrorCode } from "@meshpass/protocol";

/** What the auth server says of a request, and of itself, and is handed on. */
export const passedOnCodes = [
  "invalid_target",
  "unauthorized_target",
  "invalid_credential",
  "oauth_required",
  "invalid_dpop_proof",
  "unauthorized_client",
  "too_many_requests",
  "invalid_request",
  "invalid_scope",
  "server_error",
  "core_unavailable",
  "core_key_unknown",
  "cut_meanwhile",
  "decisions_unwritable",
  "keys_unavailable",
  "store_unavailable",
  "too_many_proofs",
  "not_ready",
] as const satisfies readonly ErrorCode[];

/**
 * Why a call did not happen. What the auth server says about itself (`core_unavailable` and its kin) is passed on.
 *
 * - `unknown_target`, `invalid_target`: no such name in `services`, or no name at all; nothing was sent.
 * - `unauthorized_target`: the map does not allow this call; `unauthorized_client`: nor any other of this service's own.
 * - `invalid_credential`: there is no usable credential, or the auth server refused it.
 * - `invalid_dpop_proof`, `oauth_required`: the map wants tokens for this target bound to a key, and this client has no `dpop`,
 *   or its proof was refused.
 * - `too_many_requests`: this service asks too often, or was given as many tokens as it may have for now.
 * - `invalid_request`, `invalid_scope`, `server_error`: an action of the operator's refused, or failed; `invalid_request` is also
 *   what comes of an `onBehalfOf` that is over, was cut, or is no token for this service.
 * - `auth_server_unreachable`: no usable answer from the auth server in time, and no token left to go on with.
 * - `target_unreachable`: no usable answer from the target in time.
 */
export type ClientErrorCode =
  | (typeof passedOnCodes)[number]
  | Extract<ErrorCode, "unknown_target" | "auth_server_unreachable" | "target_unreachable">;

/** What is known of a failure beside its code. */
export interface ClientErrorDetails {
  /** The status that the auth server answered with, where it answered. Not `status`: frameworks take that for their own answer's. */
  readonly authServerStatus?: number | undefined;
  /** The record of the decision that refused, where the auth server named one. */
  readonly decisionId?: string | undefined;
  /** Seconds after which asking again can help. */
  readonly retryAfterSeconds?: number | undefined;
}

/**
 * The only error that a client's own work ends with, beside `TypeError` for a mistake in the calling code and the
 * caller's own abort reason. It never holds a token, a credential, a `cause`, or text that came from another process.
 */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly code: ClientErrorCode;
  readonly authServerStatus: number | undefined;
  readonly decisionId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ClientErrorCode, message: string, details: ClientErrorDetails = {}) {
    super(message);
    this.code = code;
    this.authServerStatus = details.authServerStatus;
    this.decisionId = details.decisionId;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}
