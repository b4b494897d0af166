import { clockToleranceSeconds, isServiceName } from "@meshpass/protocol";
import type { AssertionRefusal } from "./refuse-client.ts";

/** How far the end of an assertion may lie ahead, in seconds: for so long its jti has to be remembered. */
const maxAheadSeconds = 300;
const maxJtiLength = 128;

export interface AssertionRules {
  /** What it may be meant for: the issuer URL, the URL of the token endpoint. */
  readonly audiences: ReadonlySet<string>;
  /** Seconds since 1970. */
  readonly now: number;
}

/** Whom an assertion names, which of this client's it is, and when it ends (seconds since 1970, the tolerance included). */
export interface CheckedAssertion {
  readonly client: string;
  readonly jti: string;
  readonly endsAt: number;
}

type Claims = Readonly<Record<string, unknown>>;
type Rule = readonly [broken: AssertionRefusal, holds: (claims: Claims, rules: AssertionRules) => boolean];

// Each condition is one that must hold, so that a clock which gives NaN refuses everything.
const rules: readonly Rule[] = [
  ["wrong_subject", ({ sub }) => isServiceName(sub)],
  ["wrong_issuer", ({ iss, sub }) => iss === sub],
  ["wrong_audience", ({ aud }, { audiences }) => audiences.has(onlyAudience(aud) as string)],
  ["wrong_jti", ({ jti }) => typeof jti === "string" && jti !== "" && jti.length <= maxJtiLength],
  ["wrong_times", ({ exp, iat = 0, nbf = 0 }) => [exp, iat, nbf].every(isSeconds)],
  ["expired", ({ exp }, { now }) => now < Number(exp) + clockToleranceSeconds],
  ["lives_too_long", ({ exp }, { now }) => Number(exp) <= now + maxAheadSeconds + clockToleranceSeconds],
  ["issued_in_future", ({ iat = 0 }, { now }) => Number(iat) <= now + clockToleranceSeconds],
  ["not_yet_valid", ({ nbf = 0 }, { now }) => Number(nbf) <= now + clockToleranceSeconds],
];

/**
 * Holds the claims of a client's assertion against RFC 7523 section 3: gives what it says, or the first rule that it breaks.
 *
 * Does not check the signature, nor whether it was shown before.
 */
export function checkAssertion(claims: Claims, context: AssertionRules): CheckedAssertion | AssertionRefusal {
  const broken = rules.find(([, holds]) => !holds(claims, context));
  if (broken !== undefined) return broken[0];
  const { sub, jti, exp } = claims as { readonly sub: string; readonly jti: string; readonly exp: number };
  return { client: sub, jti, endsAt: Math.ceil(exp) + clockToleranceSeconds };
}

/** RFC 7519 section 4.1.3 allows a list; one that names somebody else besides was not made for us alone. */
const onlyAudience = (aud: unknown): unknown => (Array.isArray(aud) && aud.length === 1 ? aud[0] : aud);

/** Clients of other makers write fractions, as RFC 7519 section 2 lets them. */
const isSeconds = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0;
