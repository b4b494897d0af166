import type { Readiness } from "@meshpass/http-server";
import type { CredentialState } from "./try-credential.ts";

/** Ready means that the first call works: there are keys to check tokens with, and the credential was accepted once. */
export function readinessOf(hasKeys: boolean, credential: CredentialState): Readiness {
  const codes = [
    ...(hasKeys ? [] : ["keys_unavailable"]),
    ...(credential === "accepted" ? [] : [`credential_${credential}`]),
  ];
  return { ok: codes.length === 0, codes };
}
