import { type Client, ClientError } from "@meshpass/client";

/** What is known of this service's credential. `untried` until the auth server has answered once. */
export type CredentialState = "untried" | "refused" | "accepted";

/**
 * Has the auth server look at the credential, by asking for a token for the service itself: a refusal by the map says
 * as well as a token that the credential is good. A credential that is not there is `refused` too. Never rejects.
 */
export async function tryCredential(client: Pick<Client, "getToken">, name: string): Promise<CredentialState> {
  try {
    await client.getToken(name);
    return "accepted";
  } catch (error) {
    const code = error instanceof ClientError ? error.code : undefined;
    if (code === "unauthorized_target") return "accepted";
    return code === "invalid_credential" ? "refused" : "untried";
  }
}
