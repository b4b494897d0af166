import type { ActionApi, ActionEvent } from "@meshpass/actions";

// Refuses every token to some clients: to those whose metadata has banned: "true", and to those named here.
const bannedClients: readonly string[] = [];

export async function onExecuteCredentialsExchange(event: ActionEvent, api: ActionApi) {
  const { client_id, metadata } = event.client;
  if (metadata.banned === "true" || bannedClients.includes(client_id)) {
    api.access.deny("invalid_request", "Access to this application has been temporarily revoked");
  }
}
