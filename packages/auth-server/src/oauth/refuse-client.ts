import type { CredentialRefusal } from "../credentials/credential-registry.ts";
import { type Refused, refuse } from "../grant/proven-caller.ts";

/** Why a client was not authenticated. For the record, never for the wire. */
export type ClientRefusal =
  | "no_client_authentication"
  | "other_scheme"
  | "malformed_basic"
  | "no_client_id"
  | "other_client_id"
  | "unknown_client"
  | "no_secret"
  | "wrong_secret"
  | "wrong_assertion_type"
  | "no_assertion"
  | CredentialRefusal
  | AssertionRefusal;

/** The rule that an assertion breaks. */
export type AssertionRefusal =
  | "too_long"
  | "not_three_parts"
  | "not_canonical"
  | "wrong_header"
  | "wrong_payload"
  | "wrong_issuer"
  | "wrong_subject"
  | "wrong_audience"
  | "wrong_jti"
  | "wrong_times"
  | "lives_too_long"
  | "expired"
  | "issued_in_future"
  | "not_yet_valid"
  | "unknown_kid"
  | "no_fitting_key"
  | "no_good_key"
  | "bad_signature"
  | "replayed";

/** That a client was not authenticated; `caller` is who it is all the same, where that is proven. */
export const refuseClient = (reason: ClientRefusal, caller?: Refused["caller"]): { readonly refused: Refused } =>
  refuse("invalid_client", reason, caller);
