import type { HttpError } from "@meshpass/http-server";
import { errorBody } from "@meshpass/protocol";
import type { FastifyReply } from "fastify";
import { claimedName } from "../limits/claimed-name.ts";
import type { Snapshot } from "../map/map-in-force.ts";
import { toAuth0Error, wantsAuth0Errors } from "./auth0-error.ts";
import type { ClientRequest } from "./parameters.ts";

export interface RefusalDependencies {
  readonly currentMap: () => Snapshot | undefined;
}

/**
 * Answers with `error` in the words that this client looks for, where they are others than those of the RFCs; undefined where
 * they are not. `request` is undefined where it could not be read.
 */
export function sendInItsWords(
  { currentMap }: RefusalDependencies,
  reply: FastifyReply,
  { error, missingScopes }: { readonly error: HttpError; readonly missingScopes: readonly string[] },
  request: ClientRequest | undefined,
): FastifyReply | undefined {
  if (error.description !== undefined) return undefined;
  const map = currentMap()?.map;
  const client = request === undefined ? undefined : claimedName(request);
  if (map === undefined || request === undefined || !wantsAuth0Errors(map, client)) return undefined;
  const { code, decisionId, headers } = error;
  const known = toAuth0Error({ code, client, parameters: request.parameters, missingScopes, map });
  if (known === undefined) return undefined;
  const { status, ...body } = known;
  return reply
    .code(status)
    .headers(headers)
    .send({ ...errorBody(code, decisionId), ...body });
}
