import type { ActionApi, ActionEvent } from "@meshpass/actions";

// Tells the target which customer the client belongs to, where its metadata has a customer_id.
export async function onExecuteCredentialsExchange(event: ActionEvent, api: ActionApi) {
  const { customer_id } = event.client.metadata;
  if (customer_id !== undefined) api.accessToken.setCustomClaim("customerId", customer_id);
}
