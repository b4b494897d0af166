import { HttpError } from "@meshpass/http-server";
import { isLoopback } from "@meshpass/protocol";
import type { FastifyRequest } from "fastify";

/**
 * Refuses a request that a web page may have caused: one with an `Origin`, and one whose `Host` is not this machine, as
 * when a page's own name has been pointed at us (DNS rebinding).
 *
 * @throws HttpError `caller_not_allowed`.
 */
export async function refuseBrowsers({ headers, hostname }: FastifyRequest): Promise<void> {
  if (headers.origin !== undefined || !isLoopback(hostname)) throw new HttpError("caller_not_allowed");
}
