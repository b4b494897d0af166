import type { Readiness } from "@meshpass/http-server";
import type { CredentialState } from "./try-credential.ts";

/** What a service needs before its first call works. */
interface Needs {
  readonly hasKeys: boolean;
  /** Whether the feed of cut-offs has been read once. */
  readonly hasCutoffs: boolean;
  readonly credential: CredentialState;
}

/** Ready means that the first call works: there are keys and cut-offs to check tokens with, and the credential was accepted once. */
export function readinessOf({ hasKeys, hasCutoffs, credential }: Needs): Readiness {
  const codes = [
    ...(hasKeys ? [] : ["keys_unavailable"]),
    ...(hasCutoffs ? [] : ["cutoffs_unavailable"]),
    ...(credential === "accepted" ? [] : [`credential_${credential}`]),
  ];
  return { ok: codes.length === 0, codes };
}
