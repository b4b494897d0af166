export { awaitParent } from "./await-parent.ts";
export { createHttpServer, type HttpServerOptions, type Readiness } from "./create-http-server.ts";
export { toHttpError } from "./error-exit.ts";
export { HttpError } from "./http-error.ts";
export { createLog, type Log, logLevelProblem } from "./log.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
export { objectBody } from "./object-body.ts";
export { refuseBrowsers } from "./refuse-browsers.ts";
export { type Listener, runProcess, type World } from "./run-process.ts";
