import { type CompiledMap, settingsOf } from "@meshpass/policy";
import type { ErrorCode } from "@meshpass/protocol";
import { findTarget, targetNamedIn } from "./find-target.ts";
import type { Parameters } from "./parameters.ts";

/** A refusal in the words of RFC 6749, and what is known of the request. */
export interface RefusedRequest {
  readonly code: ErrorCode;
  /** The client that the request says it comes from. */
  readonly client: string;
  readonly parameters: Parameters;
  /** Those that were asked for and are not granted. */
  readonly missingScopes: readonly string[];
  readonly map: CompiledMap;
}

/** What Auth0 answers in its place, as far as its own clients look at that. */
export interface Auth0Error {
  readonly status: number;
  readonly error: string;
  readonly error_description: string;
}

/** Whether a client is answered so: the map says it for those who come from there. */
export const wantsAuth0Errors = (map: CompiledMap, client: string | undefined): client is string =>
  client !== undefined && settingsOf(map, client).errors === "auth0";

/** The status and the text that Auth0 has for a refusal; undefined for one that it does not know. */
export function toAuth0Error(request: RefusedRequest): Auth0Error | undefined {
  const find = finders[request.code];
  return find?.(request);
}

const finders: Partial<Record<ErrorCode, (request: RefusedRequest) => Auth0Error | undefined>> = {
  invalid_client: () => ({ status: 401, error: "access_denied", error_description: "Unauthorized" }),
  invalid_target: describeTarget,
  invalid_scope: describeScopes,
  unauthorized_client: ({ parameters }) => ({
    status: 403,
    error: "unauthorized_client",
    error_description: `Grant type '${harmless(parameters.get("grant_type") ?? "")}' not allowed for the client.`,
  }),
  unsupported_grant_type: () => ({
    status: 400,
    error: "unsupported_grant_type",
    error_description: "Grant type not supported",
  }),
  invalid_request: ({ parameters }) =>
    parameters.has("grant_type")
      ? undefined
      : { status: 400, error: "invalid_request", error_description: "Missing required parameter: grant_type" },
};

const deny = (text: string): Auth0Error => ({ status: 403, error: "access_denied", error_description: text });

function describeTarget({ client, parameters, map }: RefusedRequest): Auth0Error {
  const named = targetNamedIn(parameters);
  if (named === undefined)
    return deny("No audience parameter was provided, and no default audience has been configured");
  const target = findTarget(map, named);
  const meant = harmless(named);
  const isThere = target !== undefined && settingsOf(map, target).enabled;
  return deny(
    isThere
      ? `Client "${client}" is not authorized to access resource server "${meant}". You need to create a ` +
          '"client-grant" associated to this API.'
      : `Service not enabled within domain: ${meant}`,
  );
}

/** What came from outside, in the characters of RFC 6749 section 5.2 and no longer than an audience can be. */
const harmless = (text: string): string => text.slice(0, 200).replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "?");

/** Names those alone that are not granted; one that cannot be a scope is none of Auth0's cases. */
function describeScopes({ missingScopes }: RefusedRequest): Auth0Error | undefined {
  if (missingScopes.length === 0) return undefined;
  return deny(`Client has not been granted scopes: ${missingScopes.join(" ")}`);
}
