import type { HttpError } from "@meshpass/http-server";
import { errorBody, errors } from "@meshpass/protocol";
import type { FastifyReply } from "fastify";
import { quotaHeader } from "../limits/quota-headers.ts";

/** Whether `error` says that a client's quota is used up, and not that it asks too fast: those share a code. */
export const isQuotaExceeded = ({ code, headers }: HttpError): boolean =>
  code === "too_many_requests" && quotaHeader in headers;

/** Answers with `error` in the words that clients of Auth0 look for. */
export const sendQuotaExceeded = (reply: FastifyReply, { code, decisionId, headers }: HttpError): FastifyReply =>
  reply
    .code(errors[code].status)
    .headers(headers)
    .send({ ...errorBody(code, decisionId), error_description: "Client quota exceeded" });
