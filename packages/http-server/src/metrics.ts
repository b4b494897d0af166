import { paths } from "@meshpass/protocol";
import Fastify, { type FastifyInstance } from "fastify";
import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { answerFrameworkError, mountErrorExit } from "./error-exit.ts";
import { refuseBrowsers } from "./refuse-browsers.ts";
import { withoutCompilers } from "./without-compilers.ts";

/** The metrics of one process, and the app that shows them. */
export interface Metrics {
  readonly registry: Registry;
  /** Counts and times every answer of `app`, by method, route and status; an unknown path is the route `none`. */
  observe(app: FastifyInstance): void;
  /** Serves `GET /metrics` and nothing else, without a token, to this machine: to be bound to loopback. */
  createServer(): FastifyInstance;
}

/** A registry of its own, so that two apps in one process (a test) do not share counts. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from the request's arrival to the end of its answer.",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
    registers: [registry],
  });
  const observe = (app: FastifyInstance): void => {
    app.addHook("onResponse", (request, reply, done) => {
      const labels = { method: request.method, route: request.routeOptions.url ?? "none", status: reply.statusCode };
      durations.observe(labels, reply.elapsedTime / 1_000);
      done();
    });
  };
  return { registry, observe, createServer: () => createMetricsServer(registry) };
}

function createMetricsServer(registry: Registry): FastifyInstance {
  const app = Fastify({
    ...withoutCompilers,
    requestTimeout: 5_000,
    bodyLimit: 1,
    frameworkErrors: answerFrameworkError,
  });
  mountErrorExit(app);
  app.addHook("onRequest", refuseBrowsers);
  app.get(paths.metrics, async (_request, reply) =>
    reply.header("content-type", registry.contentType).send(await registry.metrics()),
  );
  return app;
}
