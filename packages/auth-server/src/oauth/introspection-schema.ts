import {
  count,
  described,
  json,
  listOf,
  matching,
  named,
  type Operation,
  objectOf,
  oneOf,
  optional,
  seconds,
  text,
} from "@meshpass/http-server/openapi";
import type { AccessTokenClaims, DelegatedTokenClaims, ParentToken } from "@meshpass/protocol";
import { jti, kid, serviceName } from "../openapi/fields.ts";
import { clientSecurity } from "../openapi/security.ts";
import { clientErrors, parameters } from "./client-parameters.ts";

type ActiveAnswer = Omit<AccessTokenClaims, "client_id" | "token_use"> &
  Partial<Pick<DelegatedTokenClaims, "act" | "parents">> & {
    readonly active: true;
    readonly token_type: string;
    readonly client_id: string;
    readonly token_use: string;
  };

/** RFC 8693 section 4.1. */
const actor = described("Who calls now, and in `act` who called that", {
  type: "object",
  properties: { sub: serviceName, act: { type: "object" } },
  required: ["sub"],
  additionalProperties: false,
});

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
    token_use: oneOf("access", "delegated"),
    act: optional(actor),
    parents: optional(listOf(objectOf<ParentToken>({ jti, kid: optional(kid) }))),
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
  body: parameters("IntrospectionRequest", { fields: { token: { ...text, minLength: 1 } }, required: ["token"] }),
  response: {
    200: { description: "What it says", ...json(named("IntrospectionAnswer", { anyOf: [inactive, active] })) },
  },
  errors: clientErrors,
};
