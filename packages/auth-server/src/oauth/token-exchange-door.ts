import { accessTokenType, isJti } from "@meshpass/protocol";
import type { Door } from "../grant/door.ts";
import { type Known, type ProvenCaller, refuse } from "../grant/proven-caller.ts";
import { type SubjectToken, subjectRefused } from "../grant/subject-token.ts";
import type { Snapshot } from "../map/map-in-force.ts";
import { type ClientCredentialsOptions, createClientCredentialsDoor } from "./client-credentials-door.ts";
import { type OpenedToken, type OpenTokenDependencies, openAccessToken } from "./open-access-token.ts";
import type { ClientRequest, Parameters } from "./parameters.ts";
import { parseScope } from "./parse-scope.ts";

export interface TokenExchangeOptions extends ClientCredentialsOptions, OpenTokenDependencies {
  readonly currentMap: () => Snapshot | undefined;
}

/**
 * The grant `urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693) between services: a client that was called with
 * `subject_token` asks for a token to call on with, on behalf of whoever called first. The client itself is the actor: what
 * is asked for, and who asks, is read as with `client_credentials`.
 */
export function createTokenExchangeDoor(options: TokenExchangeOptions): Door<ClientRequest> {
  const door = createClientCredentialsDoor(options);
  return {
    ...door,
    authenticate: async (request) => {
      const client = await door.authenticate(request);
      return "refused" in client ? client : addSubject(options, client.value, request.parameters);
    },
    asksForNew: () => true,
  };
}

async function addSubject(
  options: TokenExchangeOptions,
  caller: ProvenCaller,
  parameters: Parameters,
): Promise<Known<ProvenCaller>> {
  const token = parameters.get("subject_token");
  const problem = findProblem(parameters);
  if (token === undefined || problem !== undefined)
    return refuseExchange(problem ?? "subject_token is missing.", caller);
  const snapshot = options.currentMap();
  if (snapshot === undefined) return refuse("not_ready", "no_map", caller);
  const opened = await openAccessToken(options, snapshot, token, caller.name);
  // The core signs what it is asked to: nobody could read a chain with a jti that is none.
  if (opened === undefined || !isJti(opened.claims.jti)) return { refused: { ...subjectRefused, caller } };
  return { value: { ...caller, subject: subjectOf(opened) } };
}

const refuseExchange = (description: string, caller: ProvenCaller): Known<never> => ({
  refused: { allowed: false, code: "invalid_request", reason: "invalid_request", description, caller },
});

/**
 * What is wrong with what is exchanged for what: both have to be access tokens. No actor is named: who acts is the client,
 * which proves that in its own way (RFC 8693 section 2.1).
 */
function findProblem(parameters: Parameters): string | undefined {
  const wanted = parameters.get("requested_token_type") ?? accessTokenType;
  if (parameters.get("subject_token_type") !== accessTokenType) return `subject_token_type must be ${accessTokenType}.`;
  if (wanted !== accessTokenType) return `requested_token_type must be ${accessTokenType}.`;
  const hasActor = parameters.has("actor_token") || parameters.has("actor_token_type");
  return hasActor ? "actor_token and actor_token_type are not taken: the client is the actor." : undefined;
}

function subjectOf({ claims, callers, parents, kid, generation }: OpenedToken): SubjectToken {
  const { jti, exp, scope, cnf } = claims;
  const token = { jti, ...(kid === undefined ? {} : { kid }) };
  const scopes = typeof scope === "string" ? parseScope(scope) : undefined;
  return {
    ...{ callers, generation, expiresAt: exp, isBound: cnf !== undefined },
    tokens: [...parents, token],
    scopes: scopes ?? [],
  };
}
