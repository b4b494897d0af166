import { type CompiledMap, targetsOf } from "@meshpass/policy";
import { describeRequest } from "../grant/describe-request.ts";
import type { Door, Wanted } from "../grant/door.ts";
import { type Known, type ProvenCaller, refuse } from "../grant/proven-caller.ts";
import { chainOf } from "../grant/subject-token.ts";
import { asksForNew } from "../mint/asks-for-new.ts";
import { findTarget, targetNamedIn } from "./find-target.ts";
import type { ClientRequest, Parameters } from "./parameters.ts";
import { parseScope } from "./parse-scope.ts";

export interface ClientCredentialsOptions {
  /** Phase 1: any way in which a client can prove who it is. */
  readonly authenticateClient: (request: ClientRequest) => Promise<Known<ProvenCaller>>;
  /** The key that a request proves to have, if it does (RFC 9449 section 5). */
  readonly readProofKey: (request: ClientRequest) => Promise<Known<string | undefined>>;
  /** `iss` of the tokens. */
  readonly issuer: string;
  /** ms since 1970. */
  readonly clock: () => number;
}

/**
 * The grant `client_credentials` (RFC 6749 section 4.4). The target is the one that `audience` or `resource` (RFC 8707)
 * names, by its audience or by its name in the map; without either, the only one that the client may call.
 */
export function createClientCredentialsDoor(options: ClientCredentialsOptions): Door<ClientRequest> {
  const { authenticateClient, readProofKey, issuer, clock } = options;
  return {
    authenticate: async (request) => {
      const client = await authenticateClient(request);
      if ("refused" in client) return client;
      const proofKey = await readProofKey(request);
      if ("refused" in proofKey) return { refused: { ...proofKey.refused, caller: client.value } };
      return proofKey.value === undefined ? client : { value: { ...client.value, proofKey: proofKey.value } };
    },
    readWanted: ({ parameters }, caller, { map }) =>
      readWanted(parameters, map, () => targetsOf(map, chainOf(caller), clock() / 1_000, 2)),
    asksForNew: ({ rawHeaders }) => asksForNew(rawHeaders),
    describe: ({ address, rawHeaders, parameters }) =>
      describeRequest(address, rawHeaders, Object.fromEntries(parameters)),
    claimsFor: ({ name, proofKey }) => ({
      iss: issuer,
      client_id: name,
      ...(proofKey === undefined ? {} : { cnf: { jkt: proofKey } }),
    }),
  };
}

function readWanted(parameters: Parameters, map: CompiledMap, targets: () => readonly string[]): Known<Wanted> {
  const target = chooseTarget(parameters, map, targets);
  if (target === undefined) return refuse("invalid_target", "invalid_target");
  const scope = parameters.get("scope");
  const scopes = scope === undefined ? undefined : parseScope(scope);
  if (scope !== undefined && scopes === undefined) return refuse("invalid_scope", "malformed_scope");
  return { value: { target, scopes } };
}

/** Undefined where nothing in the map is meant, or two things are. */
function chooseTarget(parameters: Parameters, map: CompiledMap, targets: () => readonly string[]): string | undefined {
  const named = targetNamedIn(parameters);
  if (named !== undefined) return findTarget(map, named);
  const [only, another] = parameters.has("audience") ? [] : targets();
  return another === undefined ? only : undefined;
}
