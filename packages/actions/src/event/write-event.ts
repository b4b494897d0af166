import type { ActionEvent } from "../action.ts";
import { ActionsError } from "../actions-error.ts";
import { isSecretParameter, isSecretValue } from "./secret-parameters.ts";

const maxEventLength = 65_536;
const maxUserAgentLength = 512;
const maxDepth = 8;

/**
 * The event as JSON: what {@link ActionEvent} names and nothing else of what is given, the body without its secrets.
 *
 * @throws ActionsError `event_too_large` for more than 65,536 characters of JSON
 */
export function writeEvent({ client, resource_server, request, accessToken, transaction }: ActionEvent): string {
  const json = JSON.stringify({
    client: { client_id: client.client_id, name: client.name, metadata: plain(Object.entries(client.metadata)) },
    resource_server: { identifier: resource_server.identifier, name: resource_server.name },
    request: {
      ip: request.ip,
      method: request.method,
      user_agent: request.user_agent?.slice(0, maxUserAgentLength),
      body: withoutSecrets(request.body, maxDepth),
    },
    accessToken: { scope: accessToken.scope, customClaims: {} },
    transaction: { requested_scopes: transaction.requested_scopes, chain: transaction.chain },
  });
  if (json.length <= maxEventLength) return json;
  throw new ActionsError("event_too_large", "The request is larger than what actions are told of.");
}

/** A copy of `value`, without what is secret by its name or its look, at any depth, and without what is too deep. */
function withoutSecrets(value: unknown, depth: number): unknown {
  if (typeof value === "string") return isSecretValue(value) ? undefined : value;
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return undefined;
  if (Array.isArray(value)) {
    return value.map((item) => withoutSecrets(item, depth - 1)).filter((item) => item !== undefined);
  }
  const entries = Object.entries(value).filter(([name]) => !isSecretParameter(name));
  return plain(entries.map(([name, item]) => [name, withoutSecrets(item, depth - 1)]));
}

/** An object of `entries`, but for one that would be taken for its prototype somewhere. */
const plain = (entries: readonly (readonly [string, unknown])[]): object =>
  Object.fromEntries(entries.filter(([name]) => name !== "__proto__"));
