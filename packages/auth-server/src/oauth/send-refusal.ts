import type { HttpError } from "@meshpass/http-server";
import { errorBody, errors } from "@meshpass/protocol";
import type { FastifyReply } from "fastify";
import { claimedName } from "../limits/claimed-name.ts";
import { quotaHeader } from "../limits/quota-headers.ts";
import type { Snapshot } from "../map/map-in-force.ts";
import { toAuth0Error, wantsAuth0Errors } from "./auth0-error.ts";
import type { ClientRequest } from "./parameters.ts";

export interface RefusalDependencies {
  readonly currentMap: () => Snapshot | undefined;
  /** ms since 1970. */
  readonly clock: () => number;
}

/**
 * Answers with `error` in the words that this client looks for, where they are others than those of the RFCs; undefined where
 * they are not. `request` is undefined where it could not be read.
 */
export function sendInItsWords(
  { currentMap, clock }: RefusalDependencies,
  reply: FastifyReply,
  error: HttpError,
  request: ClientRequest | undefined,
): FastifyReply | undefined {
  if (isQuotaExceeded(error)) return send(reply, error, { error_description: "Client quota exceeded" });
  if (error.description !== undefined) return undefined;
  const map = currentMap()?.map;
  const client = request === undefined ? undefined : claimedName(request);
  if (map === undefined || request === undefined || !wantsAuth0Errors(map, client)) return undefined;
  const known = { code: error.code, client, parameters: request.parameters, map, nowSeconds: clock() / 1_000 };
  const { status, ...body } = toAuth0Error(known) ?? { status: undefined };
  return status === undefined ? undefined : send(reply, error, body, status);
}

/** Whether a client's quota is used up, and not that it asks too fast: those share a code. */
const isQuotaExceeded = ({ code, headers }: HttpError): boolean =>
  code === "too_many_requests" && quotaHeader in headers;

const send = (reply: FastifyReply, error: HttpError, body: object, status: number = errors[error.code].status) =>
  reply
    .code(status)
    .headers(error.headers)
    .send({ ...errorBody(error.code, error.decisionId), ...body });
