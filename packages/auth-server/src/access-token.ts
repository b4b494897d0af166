import { randomUUID } from "node:crypto";
import { HttpError } from "@meshpass/http-server";
import { type AccessTokenAnswer, type AccessTokenClaims, issuerName } from "@meshpass/protocol";
import type { DecisionLog } from "./decision-log.ts";
import type { DecisionRecord } from "./decision-record.ts";
import { type Allowed, type JudgeDependencies, judge, judgeAgain, type Refused, type TokenRequest } from "./judge.ts";
import { type Mint, mintToken } from "./mint/mint-token.ts";

export interface AccessTokenDependencies extends JudgeDependencies, Mint {
  readonly decisions: DecisionLog;
  /** A token that lives longer than this is signed by the static key (`safeLifetime`); in seconds. */
  readonly safeLifetimeSeconds: () => number;
  /** Counts what became of each request. */
  readonly onDecision: (allowed: boolean, reason: string | undefined) => void;
}

/**
 * A token for exactly one call direction, or a refusal: the phases that every request for one goes through, in order.
 *
 * @throws HttpError with the code that fits; a refusal carries the id of its decision.
 */
export async function grantAccessToken(
  dependencies: AccessTokenDependencies,
  request: TokenRequest,
): Promise<AccessTokenAnswer> {
  const [decisionId, jti] = [randomUUID(), randomUUID()];
  const putOnRecord = async (judged: Allowed | Refused): Promise<void> => {
    await dependencies.decisions.record(recordOf(judged, decisionId, jti, dependencies.clock()));
    dependencies.onDecision(judged.allowed, judged.allowed ? undefined : judged.reason);
  };
  // Phases 1 to 3: authenticate the caller, read the target, decide on one snapshot.
  const judged = await judge(dependencies, request);
  // Phase 4: put the decision on record, allowed or not, before anything follows from it.
  await putOnRecord(judged);
  if (!judged.allowed) throw new HttpError(judged.code, { decisionId });
  // Phase 5: have it signed, and let it out only if it is what was decided and still holds.
  const accessToken = await mintAccessToken(dependencies, judged, jti);
  const withdrawn = judgeAgain(dependencies, judged);
  if (withdrawn !== undefined) {
    await putOnRecord(withdrawn);
    throw new HttpError(withdrawn.code, { decisionId });
  }
  // Phase 6: reply.
  return { accessToken, tokenType: "Bearer", expiresIn: judged.times.exp - judged.times.iat };
}

function mintAccessToken(dependencies: AccessTokenDependencies, judged: Allowed, jti: string): Promise<string> {
  const { caller, target, snapshot, times, scopes } = judged;
  const claims = {
    iss: issuerName,
    sub: caller.name,
    aud: target,
    ...times,
    jti,
    token_use: "access",
    map: snapshot.number,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
  } satisfies AccessTokenClaims;
  const isSafe = times.exp - times.iat <= dependencies.safeLifetimeSeconds();
  return mintToken(dependencies, claims, isSafe ? "rotating" : "static");
}

function recordOf(judged: Allowed | Refused, decisionId: string, jti: string, at: number): DecisionRecord {
  const { allowed, caller, target, snapshot, line } = judged;
  const known = { decisionId, at, caller: caller?.name, target, map: snapshot?.number, line, credential: caller?.jti };
  return allowed
    ? { ...known, allowed, reason: undefined, jti, expiresAt: judged.times.exp }
    : { ...known, allowed, reason: judged.reason, jti: undefined, expiresAt: undefined };
}
