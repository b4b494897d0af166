import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from "fastify";
import fastifyPlugin from "fastify-plugin";
import { createAcceptRequest } from "./accept-request.ts";
import { createAcceptToken } from "./accept-token.ts";
import type { VerifierOptions } from "./acceptance-rules.ts";
import type { Caller } from "./caller.ts";
import { bearerChallenges, createDpopChallenges } from "./challenges.ts";
import type { ShownRequest } from "./dpop/create-proof-rule.ts";
import { guardRoute, type RouteRule, verifiedCaller } from "./guard-route.ts";

declare module "fastify" {
  interface FastifyInstance {
    /**
     * An onRequest hook that lets a request through only with a good token, of one of `callers` and with all of `scopes`
     * where they are given; a delegated token only where `onBehalfOf` says so. The route then has `request.caller`. Otherwise it answers 400, 401, 403 or 503 itself and the
     * handler never runs.
     *
     * @throws TypeError if `callers` is not a list of names, `onBehalfOf` neither true nor one, or `scopes` not one of scopes
     */
    requireCaller(rule?: RouteRule): onRequestHookHandler;
  }
  interface FastifyRequest {
    /** Whom the request is from. Throws on a route without the `requireCaller` hook, where nobody has been verified. */
    readonly caller: Caller;
  }
}

/**
 * The Fastify door: `app.register(meshpassVerifier, options)` with the options of `createVerifier`, then
 * `app.requireCaller()` on each route to guard. The same rules. One audience for each scope: to have two,
 * register it in two scopes.
 *
 * Does NOT guard a route that has not got the hook, and does NOT check what `createVerifier` says that it does not.
 */
export const meshpassVerifier = fastifyPlugin(
  async (app: FastifyInstance, options: Omit<VerifierOptions, "onBehalfOf">) => {
    if ("onBehalfOf" in options)
      throw new TypeError("verifier: onBehalfOf is for each route to say: requireCaller({ onBehalfOf })");
    const acceptToken = createAcceptToken(takeDelegated(options));
    const { accept, nonce } = createAcceptRequest(options, acceptToken);
    const acceptRaw = (request: FastifyRequest) => accept(request.raw as ShownRequest);
    const challenges = options.dpop === undefined ? bearerChallenges : createDpopChallenges(nonce);
    app.decorateRequest(verifiedCaller, null);
    app.decorateRequest("caller", { getter: readCaller });
    app.decorate("requireCaller", (rule: RouteRule = {}) => guardRoute(rule, acceptRaw, challenges));
  },
  { fastify: "5.x", name: "@meshpass/verifier" },
);

/** Which routes take them is theirs to say: the guard of a route refuses them unless it does. */
const takeDelegated = (options: VerifierOptions): VerifierOptions =>
  options?.kind === "access" ? { ...options, onBehalfOf: true } : options;

function readCaller(this: FastifyRequest): Caller {
  const caller = this[verifiedCaller];
  if (caller === null) throw new Error("request.caller: this route has no requireCaller hook, so nobody was verified");
  return caller;
}
