import type { Socket } from "node:net";
import { challengeOf, type ErrorCode, type ErrorSpec, errorBody, errors } from "@meshpass/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
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

/** Makes this the only way an error leaves `app`: protocol's body, its challenge, `Retry-After`, never a stack. */
export function mountErrorExit(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) => sendNotFound(app, request, reply));
}

/** Sends `error` as what it is to a peer. A 5xx is logged with its cause; a refusal is the peer's business alone. */
function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = error instanceof HttpError ? error : new HttpError(codeOf(error), { cause: error });
  const { status, retryAfterSeconds }: ErrorSpec = errors[known.code];
  if (status >= 500) request.log.error({ code: known.code, cause: causeOf(known) }, errors[known.code].description);
  const challenge = challengeOf(known.code);
  if (challenge !== undefined) reply.header("www-authenticate", challenge);
  const retryAfter = known.retryAfterSeconds ?? retryAfterSeconds;
  if (retryAfter !== undefined) reply.header("retry-after", String(retryAfter));
  return reply.code(status).send(errorBody(known.code, known.decisionId));
}

function codeOf(error: unknown): ErrorCode {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return (typeof status === "number" ? codeOfStatus.get(status) : undefined) ?? "server_error";
}

/** A stack says where an unforeseen error came from; a foreseen one has said all in its message. */
function causeOf(error: HttpError): string | undefined {
  const { cause } = error;
  if (!(cause instanceof Error)) return cause === undefined ? undefined : String(cause);
  return error.code === "server_error" ? cause.stack : cause.message;
}

const methods = ["GET", "POST", "PUT", "DELETE", "PATCH"] as const;

/** 405 with `Allow` where the path has other methods (RFC 9110 section 15.5.6), else 404; neither echoes the path. */
function sendNotFound(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [url = ""] = request.url.split("?");
  const allowed = methods.filter((method) => app.hasRoute({ method, url }));
  if (allowed.length === 0) return sendError(new HttpError("not_found"), request, reply);
  return sendError(new HttpError("method_not_allowed"), request, reply.header("allow", allowed.join(", ")));
}

/** Answers what is no HTTP request at all, too slow or too long, and ends the connection. */
export function answerSocketError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const code = codeOfSocketError.get(error.code ?? "") ?? "invalid_request";
  const body = JSON.stringify(errorBody(code));
  socket.end(
    `HTTP/1.1 ${errors[code].status} \r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
