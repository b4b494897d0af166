/**
 * Parameters that are secrets, or that let somebody act: of RFC 6749, 7521 to 7523, 7591, 7636, 7662, 8628, 8693, 9101,
 * 9396, 9449, OpenID Connect (CIBA and logout too), UMA 2.0, SAML, and the extensions of Auth0.
 */
const named: ReadonlySet<string> = new Set(
  [
    "code code_verifier device_code user_code auth_req_id request ticket rpt pct dpop nonce",
    "pin otp mfa_code oob_code binding_code recovery_code user_code samlresponse saml_response software_statement",
    "client_notification_token id_token_hint login_hint_token apikey api_key jwt key jwk",
  ].flatMap((line) => line.split(" ")),
);

/** Of every other parameter the name tells enough. */
const telling =
  /secret|assertion|token|passw|pwd|passcode|passphrase|credential|authorization$|cookie|private|proof|api_?key/;

/** They only say of what kind another parameter is. */
const harmless: ReadonlySet<string> = new Set([
  "client_assertion_type",
  "subject_token_type",
  "actor_token_type",
  "requested_token_type",
  "issued_token_type",
  "token_type",
  "token_type_hint",
]);

/** Whether an action must not see the parameter `name`, however it is spelled. */
export function isSecretParameter(name: string): boolean {
  const lower = name.toLowerCase().replaceAll("-", "_");
  return !harmless.has(lower) && (named.has(lower) || telling.test(lower));
}

const scheme = /^\s*(?:bearer|basic|dpop)\s/i;
const jwt = /(?:^|\s)ey[\w-]+\.[\w-]+\.[\w-]*/;
/** A client secret or an opaque token of ours. */
const ofOurs = /mps_[\w-]{20}|(?:^|\W)[0-9a-f]{64}(?:\W|$)/;

/** Whether a value looks like a token or an Authorization header, under whatever name it came. */
export const isSecretValue = (value: string): boolean => scheme.test(value) || jwt.test(value) || ofOurs.test(value);
