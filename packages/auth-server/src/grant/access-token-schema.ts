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
} from "@meshpass/http-server/openapi";
import type { AccessTokenAnswer } from "@meshpass/protocol";
import { serviceName } from "../openapi/fields.ts";
import { grantErrors, quotaHeader, wishForNew } from "./grant-schema.ts";

const answer = objectOf<AccessTokenAnswer>({
  accessToken: text,
  tokenType: oneOf("Bearer"),
  expiresIn: described("In seconds", count),
});

/** `POST /accesstoken`. */
export const accessTokenSchema: Operation = {
  summary: "A token for one target",
  description: "For everything that the edge grants.",
  security: [{ credential: [] }],
  headers: { type: "object", properties: wishForNew },
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
  errorHeaders: quotaHeader,
};
