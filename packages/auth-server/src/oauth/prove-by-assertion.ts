import type { CredentialRegistry } from "../credentials/credential-registry.ts";
import type { KeptCredential } from "../credentials/kept-credential.ts";
import type { Known } from "../grant/proven-caller.ts";
import { orStoreUnavailable } from "../operator/or-store-unavailable.ts";
import { checkAssertion } from "./check-assertion.ts";
import { findSigningKey } from "./find-signing-key.ts";
import { readAssertion } from "./read-assertion.ts";
import { refuseClient } from "./refuse-client.ts";
import type { UsedAssertions } from "./used-assertions.ts";

export interface AssertionDependencies {
  readonly registry: Pick<CredentialRegistry, "credentialsOf" | "refusalOfKept">;
  readonly usedAssertions: UsedAssertions;
  /** What an assertion may name as its audience: the issuer URL, the URL of the token endpoint. */
  readonly audiences: ReadonlySet<string>;
  /** ms since 1970. */
  readonly clock: () => number;
}

/**
 * The key of the client that made `assertion` (RFC 7523 section 3), which proves it this once. What costs little is checked
 * first, then the signature; only then is it stored that it was shown, and only then is the client known.
 *
 * @throws HttpError `store_unavailable`
 */
export async function proveByAssertion(
  { registry, usedAssertions, audiences, clock }: AssertionDependencies,
  { assertion: text, clientId }: { readonly assertion: string; readonly clientId: string | undefined },
): Promise<Known<KeptCredential>> {
  const assertion = readAssertion(text);
  if (typeof assertion === "string") return refuseClient(assertion);
  const checked = checkAssertion(assertion.claims, { audiences, now: clock() / 1_000 });
  if (typeof checked === "string") return refuseClient(checked);
  if (clientId !== undefined && clientId !== checked.client) return refuseClient("other_client_id");
  const found = await findSigningKey({ registry }, checked.client, assertion);
  if ("refused" in found) return found;
  const caller = { name: checked.client, credential: found.value.jti };
  const use = await orStoreUnavailable(usedAssertions.use(checked));
  if (use === "replayed") return refuseClient("replayed", caller);
  if (use === "full")
    return { refused: { allowed: false, code: "store_unavailable", reason: "assertions_full", caller } };
  return found;
}
