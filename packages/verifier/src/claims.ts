import {
  clockToleranceSeconds,
  type Delegation,
  isServiceName,
  issuerName,
  readDelegation,
  scopeGrammar,
  type TokenKind,
} from "@meshpass/protocol";
import type { Caller } from "./caller.ts";
import type { JsonObject } from "./json-object.ts";
import type { Refusal } from "./verifier-error.ts";

/** What the claims of a token are held against. */
export interface ClaimsRules {
  readonly issuers: ReadonlySet<string>;
  readonly audience: string;
  readonly kind: TokenKind;
  readonly maxLifetimeSeconds: number;
  readonly legacyCredentials: boolean;
  /** Whether whoever shows a token that is bound to a key has to prove that he has it. */
  readonly enforcesProof: boolean;
  /** Whether delegated tokens are taken too, of a caller on behalf of another. */
  readonly onBehalfOf: boolean;
}

/** The claims once their types are known. Only a bare credential lacks jti and token_use. */
type CheckedClaims = JsonObject & {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
  readonly nbf?: number;
  readonly jti?: string;
  readonly scope?: string;
};

type Rule = readonly [broken: Refusal, holds: (claims: JsonObject, rules: ClaimsRules) => boolean];

const isSeconds = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const operatorSubject = /^operator:([A-Za-z0-9][A-Za-z0-9._@-]{0,62})$/;

/** Rules for every token. Order: who it is from and for, then what it says. */
const sharedRules: readonly Rule[] = [
  ["wrong_issuer", ({ iss }, { issuers }) => typeof iss === "string" && issuers.has(iss)],
  ["wrong_audience", ({ aud }, { audience }) => aud === audience],
  ["wrong_subject", ({ sub }, { kind }) => nameOf(sub, kind) !== undefined],
  ["wrong_times", ({ iat, exp, nbf }) => isSeconds(iat) && isSeconds(exp) && (nbf === undefined || isSeconds(nbf))],
  ["wrong_scope", ({ scope }) => scope === undefined || isScope(scope)],
  // A condition that we read past would widen the token (RFC 7800, and what a map can ask for).
  ["unenforced_condition", (claims) => ["methods", "paths"].every((name) => !(name in claims))],
  ["unenforced_condition", (claims, rules) => !("act" in claims) || isDelegated(claims, rules)],
  ["unenforced_condition", ({ cnf }, { enforcesProof }) => cnf === undefined || (enforcesProof && isThumbprint(cnf))],
];

/** Rules that a bare credential, made straight at the core, cannot meet. */
const fullRules: readonly Rule[] = [
  ["wrong_kind", (claims, rules) => claims.token_use === rules.kind || isDelegated(claims, rules)],
  ["wrong_delegation", (claims, rules) => !isDelegated(claims, rules) || readDelegation(claims) !== undefined],
  ["wrong_jti", ({ jti }) => typeof jti === "string" && jti !== ""],
  ["lives_too_long", ({ iat, exp }, rules) => livesWithin(exp as number, iat as number, rules.maxLifetimeSeconds)],
];

const allRules: readonly Rule[] = [...sharedRules, ...fullRules];

/**
 * The one claims rule: the caller that `claims` speak for at `now` (seconds since 1970), or the name of the first rule
 * that they break. Meets RFC 8725 sections 3.8, 3.9, 3.11 and 3.12; of `exp`, `iat` and `nbf` each may lie 5 s on the
 * wrong side of the clock.
 *
 * Does not check the signature, the header, the kid's family, or whether the token has been revoked; knows nothing of
 * the map, and does not read `role`, `map` or `dev`.
 */
export function checkClaims(claims: JsonObject, kid: string, rules: ClaimsRules, now: number): Caller | Refusal {
  const legacy = rules.legacyCredentials && rules.kind === "credential" && isBare(claims);
  const broken = (legacy ? sharedRules : allRules).find(([, holds]) => !holds(claims, rules));
  if (broken !== undefined) return broken[0];
  const checked = claims as CheckedClaims;
  return checkTimes(checked, now) ?? toCaller(checked, kid, rules.kind, legacy);
}

/** The rule of time that a token breaks at `now` (seconds since 1970), if any: a cached one is held to it again. */
export function checkTimes({ iat, exp, nbf }: JsonObject, now: number): Refusal | undefined {
  // Each condition is one that must hold, so that a clock which gives NaN refuses everything.
  if (!(now < (exp as number) + clockToleranceSeconds)) return "expired";
  if (!((iat as number) <= now + clockToleranceSeconds)) return "issued_in_future";
  if (nbf !== undefined && !((nbf as number) <= now + clockToleranceSeconds)) return "not_yet_valid";
  return undefined;
}

/** Exactly what the core signs for `{iss, sub, aud}` and nothing more, so that no other kind of token passes as one. */
function isBare(claims: JsonObject): boolean {
  const names = Object.keys(claims);
  return names.length === 5 && ["iss", "sub", "aud", "iat", "exp"].every((name) => names.includes(name));
}

/** Whether it is a delegated token, where those are taken at all: they are for access. */
const isDelegated = ({ token_use }: JsonObject, { kind, onBehalfOf }: ClaimsRules): boolean =>
  onBehalfOf && kind === "access" && token_use === "delegated";

function nameOf(sub: unknown, kind: TokenKind): string | undefined {
  if (typeof sub !== "string") return undefined;
  if (kind === "operator") return operatorSubject.exec(sub)?.[1];
  return (kind === "feed-key" ? sub === issuerName : isServiceName(sub)) ? sub : undefined;
}

const livesWithin = (exp: number, iat: number, maxSeconds: number): boolean => exp > iat && exp - iat <= maxSeconds;

const isScope = (scope: unknown): scope is string => typeof scope === "string" && scopeGrammar.test(scope);

/** RFC 9449 section 6.1, and nothing besides it. */
function isThumbprint(cnf: unknown): boolean {
  const { jkt, ...others } = (typeof cnf === "object" && cnf !== null ? cnf : {}) as JsonObject;
  return typeof jkt === "string" && /^[\w-]{43}$/.test(jkt) && Object.keys(others).length === 0;
}

function toCaller(claims: CheckedClaims, kid: string, kind: TokenKind, legacy: boolean): Caller {
  const { iss, aud, sub, iat, exp, jti, scope } = claims;
  const base = { kind, jti, kid, issuer: iss, audience: aud, issuedAt: iat, expiresAt: exp, claims, legacy };
  return Object.freeze({
    ...base,
    ...whoCalls(nameOf(sub, kind) as string, claims.token_use === "delegated" ? readDelegation(claims) : undefined),
    get scopes() {
      return new Set(scope?.split(" "));
    },
  });
}

function whoCalls(sub: string, delegation: Delegation | undefined) {
  if (delegation === undefined) return { name: sub, onBehalfOf: undefined, chain: Object.freeze([sub]), parents: none };
  const { callers, parents } = delegation;
  return { name: callers.at(-1) as string, onBehalfOf: sub, chain: Object.freeze(callers), parents };
}

const none = Object.freeze([]);
