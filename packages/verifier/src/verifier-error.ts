import type { ErrorCode } from "@meshpass/protocol";

/**
 * Every way a token is refused: the rule that it broke, the code that the wire gets, and a sentence for the log.
 * The wire never learns the rule, so that a forger gets no hint.
 */
const refusals = {
  no_token: ["missing_token", "The request carries no Authorization header."],
  other_scheme: ["missing_token", "The Authorization header is of another scheme than Bearer."],
  two_headers: ["invalid_request", "The request carries more than one Authorization header."],
  malformed_header: ["invalid_request", "The Authorization header is not 'Bearer', one space and a token."],

  not_a_string: ["invalid_token", "The token is not a string."],
  too_long: ["invalid_token", "The token is longer than any that we issue."],
  not_three_parts: ["invalid_token", "The token is not three parts joined by dots."],
  not_canonical: ["invalid_token", "A part of the token is not canonical base64url."],
  wrong_header: ["invalid_token", "The header is not exactly alg RS256, kid and typ JWT."],
  wrong_key_family: ["invalid_token", "The kid is not of a key family that signs this kind of token."],
  unknown_kid: ["invalid_token", "No key with this kid is published."],
  bad_signature: ["invalid_token", "The signature does not fit the token."],
  wrong_payload: ["invalid_token", "The payload is not a JSON object with each name once."],

  wrong_issuer: ["invalid_token", "iss is not one of the issuers accepted here."],
  wrong_audience: ["invalid_token", "aud is not this audience as one string."],
  wrong_kind: ["invalid_token", "token_use is not the kind accepted here."],
  wrong_subject: ["invalid_token", "sub is not a name that this kind of token may carry."],
  wrong_jti: ["invalid_token", "jti is missing or not a non-empty string."],
  wrong_times: ["invalid_token", "iat, exp or nbf is missing or no whole number of seconds since 1970."],
  lives_too_long: ["invalid_token", "exp is not after iat, or further from it than this kind of token may live."],
  wrong_scope: ["invalid_token", "scope is not names joined by single spaces."],
  unenforced_condition: ["invalid_token", "The token carries a condition that is not enforced here."],
  wrong_delegation: ["invalid_token", "sub, act and parents do not tell who called whom on the way here."],
  proof_missing: ["invalid_token", "The token is bound to a key, and the request proves none."],
  proof_not_single: ["invalid_token", "The request does not carry exactly one DPoP header."],
  proof_malformed: ["invalid_token", "The DPoP proof is not of the form of one."],
  proof_bad_signature: ["invalid_token", "The signature does not fit the DPoP proof."],
  proof_of_other_request: ["invalid_token", "The DPoP proof is for another method or another address."],
  proof_of_other_token: ["invalid_token", "The DPoP proof is for another token."],
  proof_of_other_key: ["invalid_token", "The DPoP proof is of another key than the token is bound to."],
  proof_out_of_time: ["invalid_token", "The DPoP proof is too old, or from the future; compare the clocks."],
  proof_replayed: ["invalid_token", "The DPoP proof was used before."],
  proof_without_nonce: ["invalid_token", "The DPoP proof does not carry a nonce of ours that is still good."],
  token_not_bound: ["invalid_token", "The token is bound to no key, and is shown as one that is."],
  expired: ["invalid_token", "The token has expired."],
  issued_in_future: ["invalid_token", "iat lies in the future; compare the clocks."],
  not_yet_valid: ["invalid_token", "nbf lies in the future; compare the clocks."],

  cut: ["invalid_token", "The token has been cut off."],
  wrong_gen: ["invalid_token", "gen is missing or no place in the feed of cut-offs."],

  no_cutoffs_yet: ["cutoffs_unavailable", "The feed of cut-offs has not been read since the start."],
  cutoffs_stale: ["cutoffs_unavailable", "The feed of cut-offs is not live, and this token lives too long without it."],
  cutoffs_frozen: ["cutoffs_unavailable", "This process stood still and has not heard of the feed of cut-offs since."],
  feed_unreachable: ["cutoffs_unavailable", "The feed of cut-offs broke or could not be reached."],
  feed_redirected: ["cutoffs_unavailable", "The address of the feed answers with a redirect, which is not followed."],
  feed_status: ["cutoffs_unavailable", "The address of the feed does not answer with status 200."],
  feed_not_events: ["cutoffs_unavailable", "The address of the feed does not answer with server-sent events."],
  feed_ended: ["cutoffs_unavailable", "The feed was ended by its server."],
  feed_silent: ["cutoffs_unavailable", "The feed brought no envelope that could be taken for 5 s."],
  feed_unlisted: ["cutoffs_unavailable", "The auth server does not know this connection as ours; another is made."],
  feed_too_large: ["cutoffs_unavailable", "An event of the feed is larger than 4 MiB."],
  feed_certificate_refused: ["cutoffs_unavailable", "The certificate of the feed's key was refused."],
  feed_uncertified: ["cutoffs_unavailable", "The feed has no certificate that still holds."],
  wrong_feed_key: ["cutoffs_unavailable", "feed_key is not the 43 characters of an Ed25519 key."],
  envelope_malformed: ["cutoffs_unavailable", "An envelope of the feed is not of exactly the form of one."],
  envelope_wrong_key: ["cutoffs_unavailable", "An envelope of the feed is not of the key that was certified."],
  envelope_bad_signature: ["cutoffs_unavailable", "The signature does not fit an envelope of the feed."],
  envelope_from_future: ["cutoffs_unavailable", "An envelope of the feed is from the future; compare the clocks."],
  envelope_expired: ["cutoffs_unavailable", "An envelope of the feed is too old; compare the clocks."],
  envelope_replayed: ["cutoffs_unavailable", "An envelope of the feed is no later than the one before it."],
  feed_gap: ["cutoffs_unavailable", "The feed left cuts out; a snapshot is asked for."],
  feed_forked: ["cutoffs_unavailable", "The feed tells another history than before; it may be a restored store."],
  feed_went_back: ["cutoffs_unavailable", "The feed is of an earlier epoch than before; it may be a restored store."],

  token_not_active: ["invalid_token", "The auth server does not know the opaque token as one that is good here."],
  introspection_timeout: ["introspection_unavailable", "The auth server did not say in time what a token stands for."],
  introspection_unreachable: [
    "introspection_unavailable",
    "The auth server could not be asked what a token stands for.",
  ],
  introspection_refused: [
    "introspection_unavailable",
    "The auth server did not answer what a token stands for; is this service's credential good?",
  ],
  introspection_malformed: ["introspection_unavailable", "What the auth server says of a token is no introspection."],
  introspection_flooded: ["introspection_unavailable", "Too many unknown tokens are being asked about."],
  too_many_proofs: ["too_many_proofs", "More DPoP proofs than are remembered are in their time."],

  keys_missing: ["keys_unavailable", "No keys have been loaded yet and the last try was moments ago."],
  keys_stale: ["keys_unavailable", "The last good keys are too old to be used, and no newer ones can be had."],
  keys_closed: ["keys_unavailable", "The key source has been closed."],
  jwks_timeout: ["keys_unavailable", "The JWKS did not arrive in time."],
  jwks_unreachable: ["keys_unavailable", "The JWKS could not be fetched."],
  jwks_redirected: ["keys_unavailable", "The JWKS address answers with a redirect, which is not followed."],
  jwks_status: ["keys_unavailable", "The JWKS address does not answer with status 200."],
  jwks_not_json: ["keys_unavailable", "The JWKS address does not answer with JSON."],
  jwks_too_large: ["keys_unavailable", "The JWKS is too large."],
  jwks_malformed: ["keys_unavailable", "The JWKS is not an object with a list of keys."],
  jwks_unsafe: ["keys_unavailable", "The JWKS holds a secret or private key; withdraw that key."],
  jwks_ambiguous: ["keys_unavailable", "The JWKS holds two keys with one kid."],
  jwks_empty: ["keys_unavailable", "The JWKS holds no RSA key of 2048 bits or more with a kid and use sig."],
} as const satisfies Record<string, readonly [ErrorCode, string]>;

/** The name of the rule that a token, a header or a JWKS broke. For logs and metrics, never for the wire. */
export type Refusal = keyof typeof refusals;

/**
 * The one error of this package. `code` is what the wire may say ({@link ErrorCode}); `reason` names the broken rule and
 * is for logs only. The message is fixed text, save for an address or a system's error code where keys cannot be had:
 * never a token, a key or what a server answered.
 */
export class VerifierError extends Error {
  override readonly name = "VerifierError";
  readonly code: (typeof refusals)[Refusal][0];
  readonly reason: Refusal;

  constructor(reason: Refusal, detail?: string) {
    const [code, sentence] = refusals[reason];
    super(detail === undefined ? sentence : `${sentence} (${detail})`);
    this.code = code;
    this.reason = reason;
  }
}
