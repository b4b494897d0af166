import { isServiceName } from "./service-name.ts";
import { isJti, isKid } from "./token-ids.ts";
import type { AccessTokenClaims, CommonClaims } from "./tokens.ts";

/** The most callers that a chain of calls may have, each calling the next and the last one a target. */
export const longestChain = 8;

/** Who acts for the first caller: the outermost calls now, and the one inside it is who called that (RFC 8693 section 4.1). */
export interface Actor {
  readonly sub: string;
  readonly act?: Actor;
}

/** A token that another one came from; `kid` is of the key that signed it, and an opaque one has none. */
export interface ParentToken {
  readonly jti: string;
  readonly kid?: string;
}

/** Of a token that one service got on behalf of another: `sub` is the first caller, `client_id` the one that calls now. */
export type DelegatedTokenClaims = CommonClaims<"delegated"> &
  Omit<AccessTokenClaims, keyof CommonClaims<"access">> & {
    readonly client_id: string;
    readonly act: Actor;
    /** In the order in which they were exchanged: one for each actor. A cut of any of them ends this one too. */
    readonly parents: readonly ParentToken[];
  };

/** How a delegated token came to be. */
export interface Delegation {
  /** At least two, each once: the first caller first, and last who calls now. */
  readonly callers: readonly string[];
  readonly parents: readonly ParentToken[];
}

/** Each call on the way of `callers`, the first one first, to `target`: who calls, and whom. */
export const callsOf = (callers: readonly string[], target: string): readonly (readonly [string, string])[] =>
  callers.map((caller, index) => [caller, callers[index + 1] ?? target]);

/** `act` of a token on whose way these have called, the first one first: at least two. */
export function actOf([, ...actors]: readonly string[]): Actor {
  const [first = "", ...later] = actors;
  return later.reduce<Actor>((act, sub) => ({ sub, act }), { sub: first });
}

/**
 * What `sub`, `act` and `parents` of a delegated token say; undefined unless they are exactly of their form, with 2 to
 * {@link longestChain} callers and a parent for each of them but the first.
 */
export function readDelegation(claims: Readonly<Record<string, unknown>>): Delegation | undefined {
  const { sub, act, parents } = claims;
  const callers = [sub, ...actorsIn(act, longestChain).reverse()];
  if (callers.length < 2 || callers.length > longestChain || new Set(callers).size < callers.length) return undefined;
  if (!callers.every(isServiceName) || !Array.isArray(parents) || !parents.every(isParent)) return undefined;
  return parents.length === callers.length - 1 ? { callers: callers as string[], parents } : undefined;
}

/** Each `sub` from the outermost on, of at most `most` actors; an undefined one where something else stands there. */
function actorsIn(act: unknown, most: number): unknown[] {
  if (act === undefined || most === 0) return [];
  const { sub, act: inner } = hasOnly(act, ["sub", "act"]) ? act : {};
  return [sub, ...actorsIn(inner, most - 1)];
}

const isParent = (value: unknown): value is ParentToken =>
  hasOnly(value, ["jti", "kid"]) && isJti(value.jti) && (value.kid === undefined || isKid(value.kid));

const hasOnly = (value: unknown, names: readonly string[]): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && Object.keys(value).every((name) => names.includes(name));
