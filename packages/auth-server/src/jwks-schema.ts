import { type Answer, listOf, named, type Operation, objectOf, text } from "@meshpass/http-server/openapi";
import { kid } from "./openapi/fields.ts";

/** RFC 7517 section 4: a key has members of its kind besides. */
const jwk = named("Jwk", {
  type: "object",
  properties: { kty: text, kid, alg: text, use: text },
  required: ["kty", "kid"],
});

const headers = { ETag: text, "Cache-Control": text } satisfies Answer["headers"];

/** The key set. */
export const jwksSchema: Operation = {
  summary: "The keys that tokens are checked with (RFC 7517)",
  headers: {
    type: "object",
    properties: { "If-None-Match": { type: "string", description: "An `ETag`, or several" } },
  },
  response: {
    200: {
      description: "The last good ones, whatever the core does meanwhile",
      headers,
      content: {
        "application/jwk-set+json": {
          schema: named("JwkSet", objectOf<{ keys: readonly object[] }>({ keys: listOf(jwk) })),
        },
      },
    },
    304: { description: "The same as those with this `ETag`", headers },
  },
  errors: ["keys_unavailable"],
};
