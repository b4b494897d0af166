import { randomUUID } from "node:crypto";
import type { Actions } from "@meshpass/actions";
import { HttpError, toHttpError } from "@meshpass/http-server";
import type { GrantedToken } from "../cutoffs/live-tokens.ts";
import { recordOf } from "../decisions/record-of.ts";
import { countToken, uncounted } from "../limits/count-token.ts";
import type { Quotas } from "../limits/quotas.ts";
import { type MintAccessToken, mintAccessToken } from "../mint/mint-access-token.ts";
import type { MintedToken, ReusableTokens, ReuseRequest } from "../mint/reusable-tokens.ts";
import type { Door } from "./door.ts";
import { hearActions } from "./hear-actions.ts";
import { type Allowed, type JudgeDependencies, judge, judgeAgain, judgeCaller } from "./judge.ts";
import type { ProvenCaller } from "./proven-caller.ts";
import { Refusal, type RefusalDependencies } from "./refusal.ts";
import { chainOf } from "./subject-token.ts";

export interface TokenDependencies extends JudgeDependencies, MintAccessToken, RefusalDependencies {
  readonly reusable: ReusableTokens;
  readonly quotas: Pick<Quotas, "take" | "headersOf">;
  readonly actions: Pick<Actions, "isEmpty" | "run">;
  /** Told of every token that leaves. */
  readonly onGranted: (token: GrantedToken) => void;
}

/** A token that may leave. */
export interface TokenAnswer {
  readonly token: string;
  /** The service whose it is. */
  readonly caller: string;
  /** In seconds. */
  readonly expiresIn: number;
  readonly scopes: readonly string[];
  /** How it is to be shown: alone, or with a proof of the key that it is bound to (RFC 9449 section 5). */
  readonly tokenType: "Bearer" | "DPoP";
}

/**
 * A token for exactly one call direction, asked for at `door`, and counts it.
 *
 * @throws HttpError with the code that fits; it is to go through `settleRefusal`.
 */
export async function grantToken<Request>(
  dependencies: TokenDependencies,
  door: Door<Request>,
  request: Request,
): Promise<TokenAnswer> {
  const answer = await grant(dependencies, door, request);
  dependencies.onOutcome(true, undefined);
  return answer;
}

/** The phases that every request for a token goes through, in order. */
async function grant<Request>(
  dependencies: TokenDependencies,
  door: Door<Request>,
  request: Request,
  proven?: ProvenCaller,
): Promise<TokenAnswer> {
  const { decisions, clock, reusable, quotas, actions, onGranted } = dependencies;
  const decisionId = randomUUID();
  // Phases 1 to 3: authenticate the caller, read the target, decide on one snapshot.
  const asked =
    proven === undefined ? await judge(dependencies, door, request) : judgeCaller(dependencies, door, request, proven);
  const mayReuse =
    asked.allowed && proven === undefined && isReusable(dependencies, asked) && !door.asksForNew(request);
  const reused = mayReuse ? reusable.find(reuseOf(asked)) : undefined;
  // Phase 4: have a new token take its place in the caller's quota before it is there.
  const isNew = asked.allowed && reused === undefined;
  const { judged: counted, giveBack } = isNew ? await countToken(quotas, asked) : uncounted(asked);
  try {
    // Phase 5: hear the operator's actions, then put the decision on record, allowed or not, before anything follows from it.
    const isMinted = counted.allowed && reused === undefined;
    const judged = isMinted ? await hearActions(actions, counted, door.describe(request)) : counted;
    const jti = reused?.jti ?? randomUUID();
    await decisions.record(recordOf(judged, { decisionId, jti, reused }, clock()));
    if (!judged.allowed) throw new Refusal(judged, decisionId);
    // Phase 6: have it signed, unless there is one, and let it out only if it is what was decided and still holds.
    const asOf = reusable.version();
    const token = reused ?? (await mintOrRecord(dependencies, judged, { decisionId, jti }));
    const withdrawn = judgeAgain(dependencies, judged, token);
    if (withdrawn !== undefined) {
      const outcome = "withdrawn_meanwhile";
      await decisions.record({ decisionId, at: clock(), outcome, reason: withdrawn.reason });
      // Once, it is decided and minted anew.
      if (withdrawn.code !== "cut_meanwhile" || proven !== undefined)
        throw new Refusal({ ...withdrawn, reason: outcome }, decisionId);
      giveBack();
      return grant(dependencies, door, request, judged.caller);
    }
    if (reused === undefined && isReusable(dependencies, judged)) reusable.keep(reuseOf(judged), token, asOf);
    // Phase 7: reply.
    const { exp } = token.times;
    const caller = judged.caller.name;
    onGranted({ callers: chainOf(judged.caller), target: judged.target, generation: token.generation, expiresAt: exp });
    const tokenType = judged.issued.cnf === undefined ? "Bearer" : "DPoP";
    return { token: token.text, caller, expiresIn: exp - judged.times.iat, scopes: judged.scopes, tokenType };
  } catch (error) {
    giveBack();
    throw error;
  }
}

/** The token for what was decided; that there is none is put on record. */
async function mintOrRecord(
  dependencies: TokenDependencies,
  judged: Allowed,
  { decisionId, jti }: { readonly decisionId: string; readonly jti: string },
): Promise<MintedToken> {
  try {
    return await mintAccessToken(dependencies, judged, jti);
  } catch (error) {
    const { code, cause } = toHttpError(error);
    await dependencies.decisions.record({ decisionId, at: dependencies.clock(), outcome: "mint_failed", reason: code });
    throw new HttpError(code, { decisionId, cause });
  }
}

/** What an action says holds for one request alone, and so does a subject token. */
const isReusable = ({ actions }: TokenDependencies, { caller }: Allowed): boolean =>
  actions.isEmpty() && caller.subject === undefined;

/** What was asked for. Lifetime and conditions are the map's to give, so that the snapshot stands for them. */
const reuseOf = ({ caller, target, issued, scopes, snapshot, times }: Allowed): ReuseRequest => {
  const request = `${issued.iss} ${target} ${issued.cnf?.jkt ?? ""} ${scopes.join(" ")}`;
  return { credential: caller.credential, request, snapshot, times };
};
