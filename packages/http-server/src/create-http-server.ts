import { parseJson, paths } from "@meshpass/protocol";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from "fastify";
import { boundPipelining } from "./bound-pipelining.ts";
import { answerFrameworkError, answerSocketError, mountErrorExit, usualHeaders } from "./error-exit.ts";
import { HttpError } from "./http-error.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { livezSchema, readyzSchema } from "./openapi/health-schemas.ts";
import { noteRoutes } from "./openapi/note-routes.ts";
import { withoutCompilers } from "./without-compilers.ts";

/** Whether a server can do its work now; `codes` name what is missing, or what is wrong without being fatal. */
export interface Readiness {
  readonly ok: boolean;
  readonly codes: readonly string[];
}

export interface HttpServerOptions {
  readonly log: Log;
  /** Asked on every `GET /readyz`; must answer at once. */
  readonly ready: () => Readiness;
  readonly metrics?: Metrics;
  /** A request, headers and body, must be in within this, in ms, or it is 408; 10,000 by default. */
  readonly requestTimeoutMs?: number;
  /** Certificate and key as PEM text; without them the server speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

const limits = {
  bodyLimit: 16_384,
  connectionTimeout: 15_000,
  keepAliveTimeout: 72_000,
  // As long as the longest name that protocol knows: a kid.
  routerOptions: { maxParamLength: 128 },
  requestIdHeader: false,
  trustProxy: false,
  return503OnClosing: true,
  forceCloseConnections: "idle",
} as const;

const maxHeaderSize = 16_384;

/** A header that must not come twice: two readers could each believe another one. */
const single: ReadonlySet<string> = new Set(["authorization", "host", "content-type", "content-length"]);

/**
 * A Fastify app as every server of ours starts from: bounded in size and time, JSON bodies only and each key once, one
 * error exit, `GET /livez` and `GET /readyz`, answers that are not stored and not sniffed. It does not listen yet.
 *
 * Does not authenticate anybody, nor check a body by the schema of its route, which describes it: a route does both itself.
 */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { log, ready, metrics, tls, requestTimeoutMs = 10_000 } = options;
  const timing = { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: requestTimeoutMs / 10 };
  const parserLimits = { maxHeaderSize, ...timing };
  const common = {
    ...limits,
    ...withoutCompilers,
    // No handlerTimeout: its timer and its AbortController are a sixth of what a short request costs, and all that our
    // handlers wait for has a deadline of its own.
    requestTimeout: requestTimeoutMs,
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // No line of ours names a request, so that none needs a logger of its own.
    childLoggerFactory: (logger: FastifyBaseLogger) => logger,
    clientErrorHandler: answerSocketError,
    frameworkErrors: answerFrameworkError,
  };
  const app: FastifyInstance =
    tls === undefined
      ? Fastify({ ...common, http: parserLimits })
      : (Fastify({ ...common, https: { ...tls, ...parserLimits } }) as unknown as FastifyInstance);
  noteRoutes(app);
  mountErrorExit(app);
  mountBodyParser(app);
  boundPipelining(app);
  app.addHook("onRequest", (request, reply, done) => {
    reply.headers(usualHeaders);
    done(hasRepeatedHeader(request) ? new HttpError("invalid_request") : undefined);
  });
  metrics?.observe(app);
  mountHealth(app, ready);
  return app;
}

/** JSON is the only body there is, and only under its own name: a second parser is a second reading of one request. */
function mountBodyParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, text, done) => {
    const isPlain = /^application\/json(; ?charset=utf-8)?$/i.test(request.headers["content-type"] ?? "");
    if (!isPlain) return done(new HttpError("unsupported_media_type"));
    try {
      done(null, parseJson(text as string));
    } catch {
      done(new HttpError("invalid_request"));
    }
  });
}

function hasRepeatedHeader({ raw: { rawHeaders } }: FastifyRequest): boolean {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    if (seen.has(name)) return true;
    if (single.has(name)) seen.add(name);
  }
  return false;
}

function mountHealth(app: FastifyInstance, ready: () => Readiness): void {
  app.get(paths.livez, { schema: livezSchema }, async () => ({ status: "alive" }));
  app.get(paths.readyz, { schema: readyzSchema }, async (_request, reply) => {
    const { ok, codes } = ready();
    return reply.code(ok ? 200 : 503).send({ status: ok ? "ready" : "not_ready", codes });
  });
}
