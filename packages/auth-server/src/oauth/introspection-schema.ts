import {
  count,
  json,
  matching,
  named,
  type Operation,
  objectOf,
  oneOf,
  optional,
  seconds,
  text,
} from "@meshpass/http-server/openapi";
import type { AccessTokenClaims } from "@meshpass/protocol";
import { jti, serviceName } from "../openapi/fields.ts";
import { clientSecurity } from "../openapi/security.ts";
import { clientErrors, parameters } from "./client-parameters.ts";

type ActiveAnswer = Omit<AccessTokenClaims, "client_id"> & {
  readonly active: true;
  readonly token_type: string;
  readonly client_id: string;
};

/** The operator's actions may have added claims. */
const active = objectOf<ActiveAnswer>(
  {
    active: oneOf(true),
    token_type: oneOf("Bearer", "DPoP"),
    client_id: serviceName,
    iss: text,
    sub: serviceName,
    aud: text,
    iat: seconds,
    exp: seconds,
    jti,
    token_use: oneOf("access"),
    map: count,
    gen: matching(/^\d+\.\d+$/),
    scope: optional(text),
    cnf: optional(objectOf<{ jkt: string }>({ jkt: text })),
  },
  { additionalProperties: true },
);
const inactive = objectOf<{ active: false }>({ active: oneOf(false) });

/** RFC 7662. */
export const introspectionSchema: Operation = {
  summary: "What a token says",
  description: "To the service that it is for, and to an operator. To everybody else it is not active.",
  security: [...clientSecurity, { operatorToken: ["read"] }],
  body: parameters("IntrospectionRequest", { token: { ...text, minLength: 1 } }, "token"),
  response: {
    200: { description: "What it says", ...json(named("IntrospectionAnswer", { anyOf: [inactive, active] })) },
  },
  errors: clientErrors,
};
