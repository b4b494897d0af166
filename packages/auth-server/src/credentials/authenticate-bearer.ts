import { type Caller, readBearer, type Verifier, VerifierError } from "@meshpass/verifier";
import { type Known, type ProvenCaller, refuse } from "../grant/proven-caller.ts";
import type { CredentialRegistry } from "./credential-registry.ts";

export interface BearerDependencies {
  /** Of credentials. */
  readonly verifier: Pick<Verifier, "verify">;
  readonly registry: CredentialRegistry;
}

/** Who shows a credential as a bearer token (RFC 6750 section 2.1), unless it is refused. `rawHeaders` as Node gives them. */
export async function authenticateBearer(
  { verifier, registry }: BearerDependencies,
  rawHeaders: readonly string[],
): Promise<Known<ProvenCaller>> {
  try {
    const token = readBearer(rawHeaders);
    const shown = await verifier.verify(token);
    const caller = provenBy(registry, shown);
    const reason = registry.admit(shown, token);
    return reason === undefined ? { value: caller } : refuse("invalid_credential", reason, caller);
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    return refuse(error.code === "invalid_token" ? "invalid_credential" : error.code, error.reason);
  }
}

const provenBy = (registry: BearerDependencies["registry"], shown: Caller): ProvenCaller => ({
  name: shown.name,
  credential: shown.jti,
  refusal: () => registry.refusalOf(shown),
});
