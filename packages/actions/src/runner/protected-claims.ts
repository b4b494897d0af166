/** Claims of our own tokens and answers, and conditions that a receiver reads out of them. */
const ours = [
  "iss sub aud iat exp nbf jti token_use scope client_id map gen dev role cnf methods paths act parents active username token_type",
  "feed_key chain legacy jkt",
];

/** What standards and OAuth servers give a meaning (RFC 7519, 7800, 8176, 8693, 9068, 9396, 9449, OpenID Connect, JOSE). */
const standard = [
  "acr amr at_hash ath attest auth_time authorization_details azp c_hash dest entitlements events groups gty htm htu",
  "internalService jcard jku jwe kid may_act mky nonce object_id org_id org_name orig origid permissions roles rph",
  "s_hash sid sub_jwk toe txn typ alg crit x5c x5u x5t x5t#S256 cty uuid vot vtm jwk scp scopes",
];

/** What an object has without anybody having put it there. */
const inherited = ["__proto__ constructor prototype hasOwnProperty toString toJSON valueOf then"];

const names: ReadonlySet<string> = new Set(
  [...ours, ...standard, ...inherited].flatMap((line) => line.toLowerCase().split(" ")),
);

/**
 * Whether an action may not set the claim `name`: a token that says it must have it from us, or not at all. In any case of its
 * letters, since there are readers that make no difference.
 */
export const isProtectedClaim = (name: string): boolean =>
  names.has(name.toLowerCase()) || name.toLowerCase().startsWith("sip_");
