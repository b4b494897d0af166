import { paths } from "@meshpass/protocol";
import { proofAlgs } from "@meshpass/verifier";
import { assertionAlgs } from "../credentials/algorithms.ts";
import { grantTypes } from "./grants.ts";

const authMethods = ["client_secret_basic", "client_secret_post", "private_key_jwt"] as const;

/** The metadata document of the authorization server with the URL `issuer` (RFC 8414 section 2). */
export const metadataOf = (issuer: string) => ({
  issuer,
  token_endpoint: issuer + paths.oauthToken,
  jwks_uri: issuer + paths.wellKnownJwks,
  introspection_endpoint: issuer + paths.introspect,
  revocation_endpoint: issuer + paths.revoke,
  // There is no authorization endpoint; the field must be there all the same.
  response_types_supported: [],
  dpop_signing_alg_values_supported: proofAlgs,
  grant_types_supported: grantTypes,
  token_endpoint_auth_methods_supported: authMethods,
  token_endpoint_auth_signing_alg_values_supported: assertionAlgs,
  introspection_endpoint_auth_methods_supported: authMethods,
  introspection_endpoint_auth_signing_alg_values_supported: assertionAlgs,
  revocation_endpoint_auth_methods_supported: authMethods,
  revocation_endpoint_auth_signing_alg_values_supported: assertionAlgs,
});
