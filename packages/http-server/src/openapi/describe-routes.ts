import type { ErrorCode } from "@meshpass/protocol";
import { describeOperation } from "./describe-operation.ts";
import { responsesIn } from "./failures-of.ts";
import { nameSchemas } from "./name-schemas.ts";
import type { NotedRoute } from "./note-routes.ts";

/** What a document says besides the routes. */
export interface ApiDescription {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly securitySchemes: Readonly<Record<string, object>>;
  /** What any of its routes may answer. */
  readonly errors: readonly ErrorCode[];
}

/** An OpenAPI 3.1 document, as far as anybody here reads it. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly responses: Readonly<Record<string, unknown>>;
    readonly securitySchemes: object;
  };
}

/**
 * The OpenAPI 3.1 document of an interface with these routes.
 *
 * @throws TypeError if one of them has no schema, or two schemas that differ have one name
 */
export function describeRoutes(routes: readonly NotedRoute[], api: ApiDescription): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, url, operation } of routes) {
    if (operation === undefined) throw new TypeError(`${method} ${url} has no schema`);
    const path = url.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: describeOperation(nameOf(method, path), operation, api.errors),
    };
  }
  const responses = responsesIn(paths);
  const { value, schemas } = nameSchemas({ paths, responses });
  const { info, servers, securitySchemes } = api;
  const components = { schemas, responses: value.responses, securitySchemes };
  return { openapi: "3.1.1", info, servers, paths: value.paths, components } as OpenApiDocument;
}

/** `getBlocks`, `deleteBlocksCallerTarget`. */
const nameOf = (method: string, path: string): string =>
  method.toLowerCase() +
  path
    .split(/\W+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
