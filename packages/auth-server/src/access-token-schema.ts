import {
  bodyErrors,
  count,
  described,
  json,
  named,
  type Operation,
  objectOf,
  oneOf,
  text,
} from "@meshpass/http-server";
import type { AccessTokenAnswer, ErrorCode } from "@meshpass/protocol";
import { serviceName } from "./openapi/fields.ts";

/** What may keep a token back at either door, whoever asks. */
export const grantErrors = [
  "payload_too_large",
  "unauthorized_client",
  "invalid_scope",
  "too_many_requests",
  "keys_unavailable",
  "store_unavailable",
  "core_unavailable",
  "core_key_unknown",
  "cut_meanwhile",
  "decisions_unwritable",
] as const satisfies readonly ErrorCode[];

const answer = objectOf<AccessTokenAnswer>({
  accessToken: text,
  tokenType: oneOf("Bearer"),
  expiresIn: described("In seconds", count),
});

/** `POST /accesstoken`. */
export const accessTokenSchema: Operation = {
  summary: "A token for one target",
  description: "For everything that the edge grants. `Cache-Control: no-cache` asks for a new one.",
  security: [{ credential: [] }],
  body: json(named("AccessTokenRequest", objectOf<{ target: string }>({ target: serviceName })), { target: "m2" }),
  response: { 200: { description: "The token", ...json(named("AccessTokenAnswer", answer)) } },
  errors: [
    ...bodyErrors,
    ...grantErrors,
    "invalid_target",
    "oauth_required",
    "missing_token",
    "invalid_credential",
    "unauthorized_target",
  ],
};
