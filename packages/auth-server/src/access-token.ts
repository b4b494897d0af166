import { randomUUID } from "node:crypto";
import { HttpError, toHttpError } from "@meshpass/http-server";
import {
  type AccessTokenAnswer,
  type AccessTokenClaims,
  type ErrorCode,
  formatGeneration,
  issuerName,
} from "@meshpass/protocol";
import type { GrantedToken } from "./cutoffs/live-tokens.ts";
import type { DecisionLog } from "./decision-log.ts";
import type { DecisionRecord } from "./decision-record.ts";
import { type Allowed, type JudgeDependencies, judge, judgeAgain, type Refused, type TokenRequest } from "./judge.ts";
import { type Mint, mintToken } from "./mint/mint-token.ts";

export interface AccessTokenDependencies extends JudgeDependencies, Mint {
  readonly decisions: DecisionLog;
  /** A token that lives longer than this is signed by the static key (`safeLifetime`); in seconds. */
  readonly safeLifetimeSeconds: () => number;
  /** Counts what became of a request in the end, once each; `reason` is of our own closed lists. */
  readonly onOutcome: (allowed: boolean, reason: string | undefined) => void;
  /** Told of every token that leaves. */
  readonly onGranted: (token: GrantedToken) => void;
}

/**
 * A token for exactly one call direction, and counts it.
 *
 * @throws HttpError with the code that fits; it is to go through `settleRefusal`.
 */
export async function grantAccessToken(
  dependencies: AccessTokenDependencies,
  request: TokenRequest,
): Promise<AccessTokenAnswer> {
  const answer = await grant(dependencies, request);
  dependencies.onOutcome(true, undefined);
  return answer;
}

/**
 * Counts a request for a token that ended in `error`, and puts the refusal on record unless it is: what could not even
 * be read as such a request (no JSON, another media type, too large, a header sent twice) is a decision too.
 *
 * @throws HttpError always: with the id of the decision, unless that cannot be put on record.
 */
export async function settleRefusal(dependencies: AccessTokenDependencies, error: unknown): Promise<never> {
  const { decisions, clock, onOutcome } = dependencies;
  const known = toHttpError(error);
  onOutcome(false, known instanceof Refusal ? known.reason : known.code);
  if (known.decisionId !== undefined || known.code === "decisions_unwritable") throw known;
  const decisionId = randomUUID();
  const refused = { allowed: false, code: known.code, reason: known.code } as const;
  await decisions.record(recordOf(refused, decisionId, undefined, clock()));
  throw new HttpError(known.code, { decisionId, cause: known.cause });
}

/** So often a token that was cut while the core worked on it is decided and minted anew. */
const furtherMints = 1;

/** The phases that every request for a token goes through, in order. */
async function grant(
  dependencies: AccessTokenDependencies,
  request: TokenRequest,
  mintsLeft = furtherMints,
): Promise<AccessTokenAnswer> {
  const { decisions, clock, onGranted } = dependencies;
  const [decisionId, jti] = [randomUUID(), randomUUID()];
  // Phases 1 to 3: authenticate the caller, read the target, decide on one snapshot.
  const judged = await judge(dependencies, request);
  // Phase 4: put the decision on record, allowed or not, before anything follows from it.
  await decisions.record(recordOf(judged, decisionId, jti, clock()));
  if (!judged.allowed) throw new Refusal(judged.code, judged.reason, decisionId);
  // Phase 5: have it signed, and let it out only if it is what was decided and still holds.
  const accessToken = await mintAccessToken(dependencies, judged, jti).catch(async (error) => {
    const known = toHttpError(error);
    await decisions.record({ decisionId, at: clock(), outcome: "mint_failed", reason: known.code });
    throw new HttpError(known.code, { decisionId, cause: known.cause });
  });
  const withdrawn = judgeAgain(dependencies, judged, jti);
  if (withdrawn !== undefined) {
    const outcome = "withdrawn_meanwhile";
    await decisions.record({ decisionId, at: clock(), outcome, reason: withdrawn.reason });
    if (withdrawn.code === "cut_meanwhile" && mintsLeft > 0) return grant(dependencies, request, mintsLeft - 1);
    throw new Refusal(withdrawn.code, outcome, decisionId);
  }
  // Phase 6: reply.
  const { caller, target, generation, times } = judged;
  onGranted({ caller: caller.name, target, generation, expiresAt: times.exp });
  return { accessToken, tokenType: "Bearer", expiresIn: judged.times.exp - judged.times.iat };
}

/** `reason` says more than the code does; it is not for the wire. */
class Refusal extends HttpError {
  readonly reason: string;

  constructor(code: ErrorCode, reason: string, decisionId: string) {
    super(code, { decisionId });
    this.reason = reason;
  }
}

function mintAccessToken(dependencies: AccessTokenDependencies, judged: Allowed, jti: string): Promise<string> {
  const { caller, target, snapshot, generation, times, scopes } = judged;
  const claims = {
    iss: issuerName,
    sub: caller.name,
    aud: target,
    ...times,
    jti,
    token_use: "access",
    map: snapshot.number,
    gen: formatGeneration(generation),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
  } satisfies AccessTokenClaims;
  const isSafe = times.exp - times.iat <= dependencies.safeLifetimeSeconds();
  return mintToken(dependencies, claims, isSafe ? "rotating" : "static");
}

function recordOf(judged: Allowed | Refused, decisionId: string, jti: string | undefined, at: number): DecisionRecord {
  const { allowed, caller, target, snapshot, line } = judged;
  const known = { decisionId, at, caller: caller?.name, target, map: snapshot?.number, line, credential: caller?.jti };
  return allowed
    ? { ...known, allowed, reason: undefined, jti, expiresAt: judged.times.exp }
    : { ...known, allowed, reason: judged.reason, jti: undefined, expiresAt: undefined };
}
