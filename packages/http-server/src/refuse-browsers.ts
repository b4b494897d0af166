import { isLoopback } from "@meshpass/protocol";
import type { onRequestHookHandler } from "fastify";
import { HttpError } from "./http-error.ts";

/**
 * A hook for what only this machine may use without a token, or only its operator with one. Refuses a request that a web
 * page may have caused: one with an `Origin`, and one whose `Host` is not this machine, as when a page's own name has been
 * pointed at us (DNS rebinding). It calls back rather than awaiting, which costs a promise.
 *
 * @throws HttpError `caller_not_allowed`.
 */
export const refuseBrowsers: onRequestHookHandler = ({ headers, hostname }, _reply, done) => {
  const isOurs = headers.origin === undefined && isLoopback(hostname);
  done(isOurs ? undefined : new HttpError("caller_not_allowed"));
};
