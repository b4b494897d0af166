import type { RouteHandlerMethod } from "fastify";

/** Answers `GET /hello`, behind `requireCaller`, as the service `name`. */
export function helloRoute(name: string): RouteHandlerMethod {
  return async (request, reply) =>
    reply.type("text/plain; charset=utf-8").send(`Hello to ${request.caller.name} from ${name}!`);
}
