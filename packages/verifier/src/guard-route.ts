import { type ErrorCode, type ErrorSpec, errorBody, errors, scopeTokenGrammar } from "@meshpass/protocol";
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from "fastify";
import type { Caller } from "./caller.ts";
import type { Challenges } from "./challenges.ts";
import { VerifierError } from "./verifier-error.ts";

/** Which callers a route takes. */
export interface RouteRule {
  /** Their names; an empty list is nobody. Without it: whoever shows a good token for this audience. */
  readonly callers?: readonly string[];
  /**
   * On whose behalf a caller may call with a delegated token (RFC 8693): one of these, or anybody for true. Without it such
   * tokens are refused. `callers` is about who calls now, whoever it is for.
   */
  readonly onBehalfOf?: true | readonly string[];
  /** The scopes that the token must have, all of them (RFC 6749 section 3.3). Without it none is asked for. */
  readonly scopes?: readonly string[];
}

/** Where a request keeps whom it is from. */
export const verifiedCaller = Symbol("caller");

declare module "fastify" {
  interface FastifyRequest {
    [verifiedCaller]: Caller | null;
  }
}

/**
 * The hook that lets a request through only if `accept` gives a caller that the rule takes. It calls back rather than
 * awaiting: a remembered token costs no promise.
 *
 * @throws TypeError if `callers` is not a list of names, `onBehalfOf` neither true nor one, or `scopes` not one of scopes
 */
export function guardRoute(
  rule: RouteRule,
  accept: (request: FastifyRequest) => Caller | Promise<Caller>,
  challenges: Challenges,
): onRequestHookHandler {
  const demands = readRule(rule);
  return (request, reply, done) => {
    const admit = (caller: Caller) => {
      const refusal = findRefusal(caller, demands);
      if (refusal !== undefined)
        return refuse(reply, refusal.code, { caller: caller.name, ...refusal.why }, challenges);
      request[verifiedCaller] = caller;
      done();
    };
    const reject = (error: unknown) => {
      // done() with anything but an error would let the request through.
      if (error instanceof VerifierError) refuse(reply, error.code, { reason: error.reason }, challenges);
      else done(error instanceof Error ? error : new Error("requireCaller: the keys failed without an error"));
    };
    let caller: Caller | Promise<Caller>;
    try {
      caller = accept(request);
    } catch (error) {
      reject(error);
      return;
    }
    if (caller instanceof Promise) void caller.then(admit, reject);
    else admit(caller);
  };
}

/** A {@link RouteRule}, read once. */
interface Demands {
  readonly callers: ReadonlySet<string> | undefined;
  readonly subjects: ReadonlySet<string> | true | undefined;
  readonly scopes: readonly string[];
}

const readRule = ({ callers, onBehalfOf, scopes = [] }: RouteRule): Demands => ({
  callers: callers === undefined ? undefined : readNames("callers", callers),
  subjects: onBehalfOf === undefined || onBehalfOf === true ? onBehalfOf : readNames("onBehalfOf", onBehalfOf),
  scopes: readScopes(scopes),
});

/** Why a caller whose token is good is not taken here, if so. */
function findRefusal(caller: Caller, { callers, subjects, scopes }: Demands): Refusal | undefined {
  const { name, onBehalfOf } = caller;
  if (onBehalfOf !== undefined && subjects === undefined)
    return { code: "invalid_token", why: { reason: "unenforced_condition" } };
  if (callers?.has(name) === false) return { code: "caller_not_allowed" };
  if (onBehalfOf !== undefined && subjects !== true && subjects?.has(onBehalfOf) === false)
    return { code: "caller_not_allowed", why: { reason: "subject_not_accepted" } };
  return hasScopes(caller, scopes) ? undefined : { code: "insufficient_scope", why: { scope: scopes.join(" ") } };
}

function readNames(option: string, names: readonly string[]): ReadonlySet<string> {
  const areNames = Array.isArray(names) && names.every((name) => typeof name === "string" && name !== "");
  if (!areNames) throw new TypeError(`requireCaller: ${option} must be a list of names`);
  return new Set(names);
}

function readScopes(scopes: readonly string[]): readonly string[] {
  const isScope = (scope: unknown) => typeof scope === "string" && scopeTokenGrammar.test(scope);
  if (Array.isArray(scopes) && scopes.every(isScope)) return [...scopes];
  throw new TypeError(
    "requireCaller: scopes must be a list of scopes, visible ASCII without space, quote and backslash",
  );
}

function hasScopes(caller: Caller, needed: readonly string[]): boolean {
  if (needed.length === 0) return true;
  const { scopes } = caller;
  return needed.every((scope) => scopes.has(scope));
}

interface Refusal {
  readonly code: ErrorCode;
  readonly why?: Why;
}

interface Why {
  readonly reason?: string;
  readonly caller?: string;
  readonly scope?: string;
}

/** `why` is for the log; the caller learns the code, and from `challenges` how to do better. */
function refuse(reply: FastifyReply, code: ErrorCode, why: Why, challenges: Challenges): void {
  const { status, retryAfterSeconds }: ErrorSpec = errors[code];
  reply.log.info({ code, ...why }, "Request refused");
  reply.code(status).header("cache-control", "no-store").headers(challenges(code, why));
  if (retryAfterSeconds !== undefined) reply.header("retry-after", retryAfterSeconds);
  reply.send(errorBody(code));
}
