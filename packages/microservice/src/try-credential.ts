import { type Client, ClientError } from "@meshpass/client";

/** What is known of this service's credential: `missing` is one that is not there, `untried` one not yet judged. */
export type CredentialState = "untried" | "missing" | "refused" | "accepted";

/**
 * Has the auth server look at the credential, by asking for a token for the service itself: a refusal by the map says
 * as well as a token that the credential is good. Never rejects.
 */
export async function tryCredential(client: Pick<Client, "getToken">, name: string): Promise<CredentialState> {
  try {
    // A token from before says nothing of the credential now.
    await client.getToken(name, { fresh: true });
    return "accepted";
  } catch (error) {
    return stateAfter(error);
  }
}

/** What a call or a request for a token that failed with `error` says of the credential. */
export function stateAfter(error: unknown): CredentialState {
  if (!(error instanceof ClientError)) return "untried";
  if (error.code === "unauthorized_target") return "accepted";
  if (error.code !== "invalid_credential") return "untried";
  return error.authServerStatus === undefined ? "missing" : "refused";
}
