import { challengeOf, type ErrorCode, errorBody, errors } from "@meshpass/protocol";
import t from "tap";

const codes = Object.keys(errors) as ErrorCode[];

t.test("every description is a sentence in the characters of RFC 6749 section 5.2", async (t) => {
  for (const code of codes) {
    t.match(errors[code].description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]{10,100}$/, code);
    t.match(code, /^[a-z_]+$/);
  }
});

t.test("every 401 and 403 has a challenge, and only a bad token says invalid_token", async (t) => {
  for (const code of codes) {
    const { status } = errors[code];
    t.equal(challengeOf(code) !== undefined, status === 401 || status === 403 || code === "invalid_request", code);
  }
  t.equal(challengeOf("unauthorized_target"), 'Bearer realm="meshpass"', "a refusal by the map is not retried");
  t.equal(challengeOf("missing_token"), 'Bearer realm="meshpass"', "RFC 6750 section 3.1: no error code");
  t.equal(challengeOf("invalid_token"), 'Bearer realm="meshpass", error="invalid_token"');
});

t.test("every 503 says when to come back", async (t) => {
  for (const code of codes) t.equal("retryAfterSeconds" in errors[code], errors[code].status === 503, code);
});

t.test("a body carries the decision that refused, where there is one", async (t) => {
  t.same(Object.keys(errorBody("invalid_token")), ["error", "error_description"]);
  t.match(errorBody("unauthorized_target", "d-1"), { error: "unauthorized_target", decision_id: "d-1" });
});
