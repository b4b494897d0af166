import { isLoopback } from "@meshpass/protocol";
import type { FastifyRequest } from "fastify";
import { HttpError } from "./http-error.ts";

/**
 * A hook for what only this machine may use without a token, or only its operator with one. Refuses a request that a web page may have caused: one with an `Origin`, and one whose `Host` is not this machine, as
 * when a page's own name has been pointed at us (DNS rebinding).
 *
 * @throws HttpError `caller_not_allowed`.
 */
export async function refuseBrowsers({ headers, hostname }: FastifyRequest): Promise<void> {
  if (headers.origin !== undefined || !isLoopback(hostname)) throw new HttpError("caller_not_allowed");
}
