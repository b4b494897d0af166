export { type ApiDescription, describeRoutes, type OpenApiDocument } from "./openapi/describe-routes.ts";
export {
  count,
  described,
  flag,
  type JsonSchema,
  listOf,
  matching,
  milliseconds,
  named,
  objectOf,
  oneOf,
  optional,
  seconds,
  text,
} from "./openapi/json-schema.ts";
export { type NotedRoute, routesOf } from "./openapi/note-routes.ts";
export { type Answer, bodyErrors, type Content, json, type Operation } from "./openapi/operation.ts";
