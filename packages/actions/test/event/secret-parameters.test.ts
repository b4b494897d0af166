import t from "tap";
import { isSecretParameter, isSecretValue } from "../../src/event/secret-parameters.ts";

const secrets: Readonly<Record<string, readonly string[]>> = {
  "RFC 6749": ["client_secret", "code", "password", "refresh_token", "access_token"],
  "RFC 6750": ["access_token"],
  "RFC 7009 and RFC 7662": ["token"],
  "RFC 7521, 7522 and 7523": ["assertion", "client_assertion"],
  "RFC 7591": ["software_statement", "registration_access_token", "initial_access_token"],
  "RFC 7636": ["code_verifier"],
  "RFC 8628": ["device_code", "user_code"],
  "RFC 8693": ["subject_token", "actor_token"],
  "RFC 9101": ["request"],
  "RFC 9449": ["dpop", "DPoP"],
  "OpenID Connect": ["id_token", "id_token_hint", "login_hint_token", "logout_token"],
  CIBA: ["auth_req_id", "client_notification_token"],
  "UMA 2.0": ["ticket", "claim_token", "rpt", "pct"],
  SAML: ["SAMLResponse", "saml_response"],
  "Multi-factor and passwordless": ["otp", "mfa_token", "oob_code", "binding_code", "recovery_code", "pin", "passcode"],
  Headers: ["Authorization", "authorization", "Cookie", "Proxy-Authorization"],
  "Other spellings": [
    "CLIENT_SECRET",
    "client-secret",
    "clientSecret",
    "apiKey",
    "api-key",
    "private_key",
    "credentials",
  ],
};

t.test("no parameter that is a secret by any specification is shown to an action", async (t) => {
  for (const [specification, names] of Object.entries(secrets)) {
    for (const name of names) t.ok(isSecretParameter(name), `${name} of ${specification}`);
  }
});

t.test("what only says what is asked for is shown", async (t) => {
  const names =
    "grant_type client_id scope audience resource client_assertion_type subject_token_type actor_token_type organization " +
    "requested_token_type token_type_hint authorization_details redirect_uri state constructor";
  for (const name of names.split(" ")) t.notOk(isSecretParameter(name), name);
});

t.test("what looks like a token or an Authorization header is a secret under every name", async (t) => {
  const jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtMSJ9.";
  for (const value of [jwt, `${jwt}c2ln`, ` ${jwt}`, "Bearer abc", "basic bTE6eA==", " DPoP x"]) {
    t.ok(isSecretValue(value), value);
  }
  for (const value of ["client_credentials", "urn:m2", "read write", "https://a.example/b", "", "bearer"]) {
    t.notOk(isSecretValue(value), value);
  }
});
