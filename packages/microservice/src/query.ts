import { ClientError } from "@meshpass/client";
import { HttpError } from "@meshpass/http-server";
import type { RouteHandlerMethod } from "fastify";
import { type QueryClient, queryTarget } from "./query-target.ts";
import { readQuery } from "./read-query.ts";

export interface QueryDependencies {
  readonly client: QueryClient;
  /** The services that may be named; any other name is refused before anything is called. */
  readonly services: ReadonlyMap<string, unknown>;
}

/** Answers `POST /query {"target"}`: this service says hello to the target, and passes back what that answers. */
export function queryRoute({ client, services }: QueryDependencies): RouteHandlerMethod {
  return async (request, reply) => {
    const target = readQuery(request.body, services);
    const { status, headers, text } = await queryTarget(client, target).catch(refuse);
    return reply.code(status).headers(headers).send(text);
  };
}

function refuse(error: unknown): never {
  if (!(error instanceof ClientError)) throw error;
  const { code, decisionId, retryAfterSeconds } = error;
  // A refused credential is this service's own trouble: `invalid_credential` would blame its caller's token.
  throw new HttpError(code === "invalid_credential" ? "not_ready" : code, {
    cause: error,
    ...(decisionId === undefined ? {} : { decisionId }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
