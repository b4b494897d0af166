import { errors } from "@meshpass/protocol";
import { authenticateBearer, type BearerDependencies } from "../credentials/authenticate-bearer.ts";
import type { CredentialRegistry } from "../credentials/credential-registry.ts";
import type { KeptCredential } from "../credentials/kept-credential.ts";
import type { Known, ProvenCaller } from "../grant/proven-caller.ts";
import { type ClientProof, readClientAuthentication } from "./client-authentication.ts";
import { type AssertionDependencies, proveByAssertion } from "./prove-by-assertion.ts";
import { proveBySecret, type SecretDependencies } from "./prove-by-secret.ts";
import { refuseClient } from "./refuse-client.ts";

export interface ClientDependencies extends BearerDependencies, SecretDependencies, AssertionDependencies {
  readonly registry: CredentialRegistry;
}

/**
 * Which client sends `request` (RFC 6749 section 2.3), by exactly one of `client_secret_basic`, `client_secret_post`,
 * `private_key_jwt` and a credential as bearer token. A `client_id` beside it has to name the same client.
 *
 * Every failure is `invalid_client`, and says why in its `reason`, which is for the record alone; two ways at once are
 * `invalid_request`; what is this server's own fault stays what it is. Does not check what the client may do.
 *
 * @throws HttpError `store_unavailable` where it cannot be stored that an assertion was shown
 */
export async function authenticateClient(
  dependencies: ClientDependencies,
  request: ClientProof,
): Promise<Known<ProvenCaller>> {
  const read = readClientAuthentication(request);
  if ("refused" in read) return read;
  const authentication = read.value;
  if (authentication.by === "credential") return proveByCredential(dependencies, request);
  const proven =
    authentication.by === "secret"
      ? proveBySecret(dependencies, authentication)
      : await proveByAssertion(dependencies, authentication);
  return "refused" in proven ? proven : admit(dependencies.registry, proven.value);
}

/** Once more, since a credential may have ended while a signature was checked or a jti stored. */
function admit(registry: CredentialRegistry, credential: KeptCredential): Known<ProvenCaller> {
  const caller = {
    name: credential.service,
    credential: credential.jti,
    refusal: () => registry.refusalOfKept(credential),
  };
  const refusal = caller.refusal();
  return refusal === undefined ? { value: caller } : refuseClient(refusal, caller);
}

async function proveByCredential(
  dependencies: BearerDependencies,
  { rawHeaders, parameters }: ClientProof,
): Promise<Known<ProvenCaller>> {
  const shown = await authenticateBearer(dependencies, rawHeaders);
  if ("refused" in shown) {
    const isOurFault = errors[shown.refused.code].status >= 500;
    return isOurFault ? shown : { refused: { ...shown.refused, code: "invalid_client" } };
  }
  const named = parameters.get("client_id");
  return named === undefined || named === shown.value.name ? shown : refuseClient("other_client_id", shown.value);
}
