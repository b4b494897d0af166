import {
  bodyErrors,
  type Content,
  flag,
  type JsonSchema,
  json,
  listOf,
  named,
  type Operation,
  objectOf,
  oneOf,
  optional,
  seconds,
  text,
} from "@meshpass/http-server/openapi";
import {
  type CredentialAnswer,
  type CredentialList,
  type CutAnswer,
  type IssuedCredential,
  type KeptTokensAnswer,
  type KeyAnswer,
  type LegacyCredential,
  type SecretAnswer,
  tokenRules,
} from "@meshpass/protocol";
import { jti, kid, serviceName } from "../openapi/fields.ts";
import { fieldsOfCut } from "./cut-schemas.ts";

const issued = objectOf<IssuedCredential>({
  jti,
  service: serviceName,
  type: oneOf("jwt", "secret", "key"),
  issuedAt: seconds,
  expiresAt: seconds,
  dev: flag,
  revokedAt: optional(seconds),
  keyWithdrawnAt: optional(seconds),
  kid: optional(kid),
});

const legacy = objectOf<LegacyCredential>({
  hash: text,
  service: serviceName,
  firstUsedAt: seconds,
  keyWithdrawnAt: optional(seconds),
});

const list = objectOf<CredentialList>({ credentials: listOf(issued), legacyCredentials: listOf(legacy) });

/** `GET /credentials`. */
export const listCredentialsSchema: Operation = {
  summary: "What was issued, and what legacy credentials were seen; not their text",
  response: { 200: { description: "The credentials", ...json(named("CredentialList", list)) } },
};

const lifetimeSeconds: JsonSchema = {
  type: "integer",
  minimum: 60,
  maximum: tokenRules.credential.maxLifetimeSeconds,
  default: tokenRules.credential.defaultLifetimeSeconds,
};

const madeHere = objectOf<{ service: string; type?: string; lifetimeSeconds?: number }>({
  service: serviceName,
  type: optional({ ...oneOf("jwt", "secret"), default: "jwt" }),
  lifetimeSeconds: optional(lifetimeSeconds),
});

const keyOfService = objectOf<{ service: string; type: string; lifetimeSeconds?: number; publicKey: string | object }>({
  service: serviceName,
  type: oneOf("key"),
  lifetimeSeconds: optional(lifetimeSeconds),
  publicKey: { type: ["string", "object"], description: "PEM (SPKI), or a JWK with its public members alone" },
});

const ofNew = { jti, service: serviceName, expiresAt: seconds, inMap: flag };

const answers: Content = json({
  anyOf: [
    named("CredentialAnswer", objectOf<CredentialAnswer>({ ...ofNew, type: oneOf("jwt"), token: text })),
    named(
      "SecretAnswer",
      objectOf<SecretAnswer>({ ...ofNew, type: oneOf("secret"), clientId: serviceName, clientSecret: text }),
    ),
    named("KeyAnswer", objectOf<KeyAnswer>({ ...ofNew, type: oneOf("key"), clientId: serviceName, kid })),
  ],
});

/** `POST /credentials`. */
export const issueCredentialSchema: Operation = {
  summary: "A new credential of a service",
  body: json(named("CredentialRequest", { anyOf: [madeHere, keyOfService] }), {
    service: "m1",
    lifetimeSeconds: 3_600,
  }),
  response: { 200: { description: "What stands nowhere else, and what is kept of it", ...answers } },
  errors: [
    ...bodyErrors,
    "private_key",
    "unsuitable_key",
    "too_many_secrets",
    "too_many_client_keys",
    "known_key",
    "core_unavailable",
    "core_key_unknown",
    "store_unavailable",
  ],
};

const revoked = objectOf<CutAnswer & { readonly revoked: string }>({ ...fieldsOfCut, revoked: jti });
const keptTokens = objectOf<KeptTokensAnswer>({ revoked: jti, keptTokens: oneOf(true) });

/** `DELETE /credentials/<jti>`. */
export const revokeCredentialSchema: Operation = {
  summary: "The end of a credential, and of the tokens of its service",
  params: objectOf<{ jti: string }>({ jti }),
  querystring: objectOf<{ keepTokens?: string }>({
    keepTokens: optional({ ...oneOf("true"), description: "The tokens live on" }),
  }),
  response: {
    200: {
      description: "It is dead",
      ...json({ anyOf: [named("RevokeAnswer", revoked), named("KeptTokensAnswer", keptTokens)] }),
    },
  },
  errors: [...bodyErrors, "unknown_credential", "store_unavailable"],
};
