import type { Socket } from "node:net";
import { challengeOf, type ErrorCode, type ErrorSpec, errorBody, errors } from "@meshpass/protocol";
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { HttpError } from "./http-error.ts";

/** What Fastify itself throws, by status; anything else is ours to have prevented, and so a 500. */
const codeOfStatus: ReadonlyMap<number, ErrorCode> = new Map([
  [400, "invalid_request"],
  [408, "request_timeout"],
  [413, "payload_too_large"],
  [415, "unsupported_media_type"],
  [503, "not_ready"],
]);

/** What Node's HTTP parser reports before there is a request. */
const codeOfSocketError: ReadonlyMap<string, ErrorCode> = new Map([
  ["HPE_HEADER_OVERFLOW", "headers_too_large"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "request_timeout"],
]);

/** What fails again and again for the same cause is one line a second. */
const failureLogMs = 1_000;

/** A cause can hold what a peer sent; no more of it than this goes into a line, in characters. */
const maxCauseLength = 2_000;

/** What was logged last of a code, and how many answers were not logged since. */
interface Failure {
  readonly answers: number;
  readonly until: number;
  readonly cause: string | undefined;
}

/** Makes this the only way an error leaves `app`: protocol's body, its challenge, `Retry-After`, never a stack. */
export function mountErrorExit(app: FastifyInstance): void {
  const logFailure = createFailureLog();
  app.setErrorHandler((error, request, reply) => {
    const known = toHttpError(error);
    if (errors[known.code].status >= 500) logFailure(request.log, known);
    return sendError(known, reply);
  });
  app.setNotFoundHandler((request, reply) => sendNotFound(app, request, reply));
}

function createFailureLog(): (log: FastifyBaseLogger, error: HttpError) => void {
  const failures = new Map<ErrorCode, Failure>();
  return (log, error) => {
    const { code } = error;
    const cause = causeOf(error);
    const { answers, until, ...last } = failures.get(code) ?? { answers: 0, until: 0, cause: undefined };
    const isKnown = cause === last.cause && performance.now() < until;
    if (!isKnown) log.error({ code, cause, answers: answers + 1 }, errors[code].description);
    failures.set(code, isKnown ? { answers: answers + 1, until, cause } : { answers: 0, until: untilNext(), cause });
  };
}

const untilNext = (): number => performance.now() + failureLogMs;

/** Of every answer that says nothing else: it is not stored and not sniffed. */
export const usualHeaders = { "cache-control": "no-store", "x-content-type-options": "nosniff" } as const;

/** Answers what Fastify refuses before it has a route, or hooks: a path that is badly encoded, or a part of it that is too long. */
export function answerFrameworkError(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  sendError(new HttpError("invalid_request", { cause: error }), reply.headers(usualHeaders));
}

/** Sends `error` as what it is to a peer. */
function sendError(error: HttpError, reply: FastifyReply): FastifyReply {
  const { status, retryAfterSeconds }: ErrorSpec = errors[error.code];
  const challenge = error.challenges ? challengeOf(error.code) : undefined;
  if (challenge !== undefined) reply.header("www-authenticate", challenge);
  const retryAfter = error.retryAfterSeconds ?? retryAfterSeconds;
  if (retryAfter !== undefined) reply.header("retry-after", String(retryAfter));
  return reply
    .headers(error.headers)
    .code(status)
    .send(errorBody(error.code, error.decisionId, error.description));
}

/** What was thrown, as what it is to a peer: our own errors as they are, Fastify's by their status, else `server_error`. */
export const toHttpError = (error: unknown): HttpError =>
  error instanceof HttpError ? error : new HttpError(codeOf(error), { cause: error });

function codeOf(error: unknown): ErrorCode {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return (typeof status === "number" ? codeOfStatus.get(status) : undefined) ?? "server_error";
}

/** A stack says where an unforeseen error came from; a foreseen one has said all in its message. */
function causeOf(error: HttpError): string | undefined {
  const { cause } = error;
  if (!(cause instanceof Error)) return cause === undefined ? undefined : String(cause).slice(0, maxCauseLength);
  return (error.code === "server_error" ? cause.stack : cause.message)?.slice(0, maxCauseLength);
}

const methods = ["GET", "POST", "PUT", "DELETE", "PATCH"] as const;

/** 405 with `Allow` where the path has other methods (RFC 9110 section 15.5.6), else 404; neither echoes the path. */
function sendNotFound(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [url = ""] = request.url.split("?");
  const allowed = methods.filter((method) => app.findRoute({ method, url }) !== null);
  if (allowed.length === 0) return sendError(new HttpError("not_found"), reply);
  return sendError(new HttpError("method_not_allowed"), reply.header("allow", allowed.join(", ")));
}

/** What a hung-up peer has not read by then it never gets, in ms. */
const lingerMs = 1_000;

/**
 * Answers what is no HTTP request at all, too slow or too long, and ends the connection, whether or not the peer ends
 * its side. A request that comes too slowly on a connection that was answered before gets no answer: it may be the rest
 * of one that has had its own.
 */
export function answerSocketError(error: NodeJS.ErrnoException, socket: Socket): void {
  const code = codeOfSocketError.get(error.code ?? "") ?? "invalid_request";
  const wasAnswered = code === "request_timeout" && socket.bytesWritten > 0;
  if (error.code === "ECONNRESET" || !socket.writable || wasAnswered) return void socket.destroy();
  const body = JSON.stringify(errorBody(code));
  socket.end(
    `HTTP/1.1 ${errors[code].status} \r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
