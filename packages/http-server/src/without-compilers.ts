import type { FastifyServerOptions } from "fastify";

const refuse = (): never => {
  throw new TypeError("a route's schema has reached Fastify: mount the route on what createHttpServer gives");
};

/**
 * Fastify's options without ajv and fast-json-stringify, a hundred modules that it loads to compile schemas with. Our schemas
 * describe ({@link noteRoutes}) and are not compiled: readers of our own check what comes in, and `JSON.stringify` writes
 * what goes out.
 */
export const withoutCompilers = {
  schemaController: { compilersFactory: { buildValidator: refuse, buildSerializer: refuse } },
} as const satisfies FastifyServerOptions;
