import type { ActionEvent } from "@meshpass/actions";

/** What is asked in a test: m1 wants a token for m2, but for `changes`. */
export const eventOf = (changes: Partial<ActionEvent> = {}): ActionEvent => ({
  client: { client_id: "m1", name: "m1", metadata: {} },
  resource_server: { identifier: "urn:m2", name: "m2" },
  request: { ip: "127.0.0.1", method: "POST", body: { grant_type: "client_credentials" } },
  accessToken: { scope: ["read"], customClaims: {} },
  transaction: { requested_scopes: ["read"] },
  ...changes,
});

export const eventOfClient = (client_id: string, metadata: Readonly<Record<string, string>> = {}): ActionEvent =>
  eventOf({ client: { client_id, name: client_id, metadata } });
