export { awaitParent } from "./await-parent.ts";
export { createHttpServer, type HttpServerOptions, type Readiness } from "./create-http-server.ts";
export { toHttpError } from "./error-exit.ts";
export { HttpError } from "./http-error.ts";
export { createLog, type Log, logLevelProblem } from "./log.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
export { objectBody } from "./object-body.ts";
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
export { parseJson } from "./parse-json.ts";
export { refuseBrowsers } from "./refuse-browsers.ts";
export { type Listener, runProcess, type World } from "./run-process.ts";
