import type { RecordedToken } from "@meshpass/protocol";

/** One request for a token and what became of it. Names are in the grammar, or undefined. */
export interface DecisionRecord {
  readonly decisionId: string;
  /** ms since 1970. */
  readonly at: number;
  readonly caller: string | undefined;
  /** Who calls whom on the way to the target, the caller last, where it asked on behalf of another. */
  readonly chain?: readonly string[] | undefined;
  readonly target: string | undefined;
  readonly allowed: boolean;
  /** Why it was refused. */
  readonly reason: string | undefined;
  /** The call of a chain that was refused, as `m1 => m2`. */
  readonly hop?: string | undefined;
  /** Number and line of the map that decided. */
  readonly map: number | undefined;
  readonly line: number | undefined;
  /** The jti of the credential that was shown, and of the token that was asked of the core or handed out again. */
  readonly credential: string | undefined;
  readonly jti: string | undefined;
  /** Seconds since 1970. */
  readonly expiresAt: number | undefined;
  /** Whether the token had been handed out before. */
  readonly reused?: boolean;
  /** Whether the answer was to come back later; not written. */
  readonly limited?: boolean;
}

/** What became of an allowed request for which no token left after all. */
export interface OutcomeRecord {
  readonly decisionId: string;
  /** ms since 1970. */
  readonly at: number;
  /** The core did not sign it, or what allowed it had changed by the time that it did. */
  readonly outcome: NonNullable<RecordedToken["outcome"]>;
  readonly reason: string;
}

/** A decision as one line of JSON, without what is undefined; its time is written as RFC 3339. */
export function renderDecision(record: DecisionRecord): string {
  const { decisionId, at, caller, chain, target, allowed, reason, hop, map, line } = record;
  const { credential, jti, expiresAt, reused } = record;
  return JSON.stringify({
    ...{ decision_id: decisionId, at: renderTime(at), caller, chain, target, allowed, reason, hop, map, line },
    ...{ credential, jti, expires_at: expiresAt, reused: reused || undefined },
  });
}

/** An outcome as one line of JSON; its time is written as RFC 3339. */
export const renderOutcome = ({ decisionId, at, outcome, reason }: OutcomeRecord): string =>
  JSON.stringify({ decision_id: decisionId, at: renderTime(at), outcome, reason });

/** Refusals that were counted instead of kept, by reason, as one line of JSON; `at` in ms since 1970. */
export const renderRollUp = (refusals: ReadonlyMap<string, number>, at: number): string =>
  JSON.stringify({ at: renderTime(at), refusals_rolled_up: Object.fromEntries(refusals) });

/** A decision to let a token be made, as far as it says whose token that is. Its end in seconds, `at` in ms since 1970. */
export interface Grant {
  readonly decisionId: string;
  readonly at: number;
  readonly caller: string;
  readonly target: string;
  /** Who called before on the way there, of a token exchange. */
  readonly before: readonly string[];
  readonly jti: string;
  readonly expiresAt: number;
  /** Whether the token had been handed out before. */
  readonly reused: boolean;
}

/** What {@link renderDecision} wrote of a decision to allow; undefined for any other line, broken ones too. */
export function parseGrant(line: string): Grant | undefined {
  const read = parseObject(line);
  const {
    decision_id: decisionId,
    at: time,
    caller,
    chain = [caller],
    target,
    allowed,
    jti,
    expires_at: expiresAt,
  } = read;
  const at = typeof time === "string" ? Date.parse(time) : Number.NaN;
  if (!Array.isArray(chain)) return undefined;
  const areTexts = [decisionId, caller, ...chain, target, jti].every((text) => typeof text === "string");
  if (allowed !== true || !areTexts || Number.isNaN(at) || !Number.isSafeInteger(expiresAt)) return undefined;
  const before = chain.slice(0, -1);
  return { decisionId, at, caller, before, target, jti, expiresAt, reused: read.reused === true } as Grant;
}

/** The outcome that {@link renderOutcome} wrote; undefined for any other line. */
export function parseOutcome(line: string): OutcomeRecord["outcome"] | undefined {
  const { outcome } = parseObject(line);
  return outcome === "mint_failed" || outcome === "withdrawn_meanwhile" ? outcome : undefined;
}

function parseObject(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** The last time that was written: decisions come many in a millisecond, and a date costs more than the rest of a line. */
let last = { ms: Number.NaN, text: "" };

function renderTime(ms: number): string {
  if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString() };
  return last.text;
}
