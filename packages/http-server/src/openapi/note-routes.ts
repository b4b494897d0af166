import type { FastifyInstance, RouteOptions } from "fastify";
import type { Operation } from "./operation.ts";

/** A route as it was mounted, and what its schema says of it. */
export interface NotedRoute {
  readonly method: string;
  /** With parameters as the router writes them: `/blocks/:caller`. */
  readonly url: string;
  /** Undefined where nobody has described it. */
  readonly operation: Operation | undefined;
}

const noted = new WeakMap<FastifyInstance, NotedRoute[]>();

/**
 * Notes every route that is mounted from now on, and keeps its schema from Fastify, which would compile it: no request is
 * checked, changed or slowed down by what describes it.
 */
export function noteRoutes(app: FastifyInstance): void {
  const routes: NotedRoute[] = [];
  noted.set(app, routes);
  app.addHook("onRoute", (route) => {
    const methods = [route.method].flat();
    for (const method of methods) routes.push({ method, url: route.url, operation: takeSchema(route) });
    delete route.schema;
  });
}

const takeSchema = ({ schema }: RouteOptions): Operation | undefined => schema as Operation | undefined;

/**
 * The routes of an app of `createHttpServer`, in the order in which they were mounted; those of plugins are there once it is
 * ready. A HEAD that answers as the GET of its path does is left out (RFC 9110 section 9.3.2).
 */
export function routesOf(app: FastifyInstance): readonly NotedRoute[] {
  const routes = noted.get(app) ?? [];
  const hasGet = new Set(routes.filter(({ method }) => method === "GET").map(({ url }) => url));
  return routes.filter(({ method, url }) => method !== "HEAD" || !hasGet.has(url));
}
