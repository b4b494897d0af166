import { json, listOf, named, type Operation, objectOf, text } from "@meshpass/http-server/openapi";
import type { metadataOf } from "./metadata.ts";

const url = { ...text, pattern: "^https?://" };
const texts = listOf(text);

const metadata = objectOf<ReturnType<typeof metadataOf>>({
  issuer: url,
  token_endpoint: url,
  jwks_uri: url,
  introspection_endpoint: url,
  revocation_endpoint: url,
  response_types_supported: texts,
  dpop_signing_alg_values_supported: texts,
  grant_types_supported: texts,
  token_endpoint_auth_methods_supported: texts,
  token_endpoint_auth_signing_alg_values_supported: texts,
  introspection_endpoint_auth_methods_supported: texts,
  introspection_endpoint_auth_signing_alg_values_supported: texts,
  revocation_endpoint_auth_methods_supported: texts,
  revocation_endpoint_auth_signing_alg_values_supported: texts,
});

/** RFC 8414. */
export const metadataSchema: Operation = {
  summary: "Where all this is, and what it knows",
  response: {
    200: { description: "The metadata", headers: { "Cache-Control": text }, ...json(named("Metadata", metadata)) },
  },
};
