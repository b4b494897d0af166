import { isTokenCut } from "../cutoffs/is-token-cut.ts";
import type { Snapshot } from "../map/map-in-force.ts";
import type { MintedToken } from "../mint/reusable-tokens.ts";
import { type DecideDependencies, type Decided, decideRequest } from "./decide-request.ts";
import type { Door, IssuerClaims } from "./door.ts";
import { isSubset } from "./is-subset.ts";
import type { ProvenCaller, Refused } from "./proven-caller.ts";
import { tokenOf } from "./subject-token.ts";

/** What was decided, and what goes into the token besides. */
export interface Allowed extends Decided {
  readonly issued: IssuerClaims;
  /** What the operator's actions add to the token. */
  readonly customClaims?: Readonly<Record<string, unknown>>;
}

/** Why what was allowed must not be handed out after all. */
export type Withdrawn = Pick<Refused, "code" | "reason" | "description">;

export interface JudgeDependencies extends DecideDependencies {
  readonly currentMap: () => Snapshot | undefined;
}

/** Phases 1 to 3 of a token request: who asks, for what, and whether the map in force says yes. The first
 * may store and count; the others change nothing. */
export async function judge<Request>(
  dependencies: JudgeDependencies,
  door: Door<Request>,
  request: Request,
): Promise<Allowed | Refused> {
  // Phase 1: authenticate the caller.
  const authenticated = await door.authenticate(request);
  if ("refused" in authenticated) return authenticated.refused;
  return judgeCaller(dependencies, door, request, authenticated.value);
}

/** Phases 2 and 3 alone, of a caller that has proved who it is: what it proved that with may be good only once. */
export function judgeCaller<Request>(
  dependencies: JudgeDependencies,
  door: Door<Request>,
  request: Request,
  caller: ProvenCaller,
): Allowed | Refused {
  const snapshot = dependencies.currentMap();
  if (snapshot === undefined) return { allowed: false, code: "not_ready", reason: "no_map", caller };
  // Phase 2: read what is wanted.
  const wanted = door.readWanted(request, caller, snapshot);
  if ("refused" in wanted) return { ...wanted.refused, caller, snapshot };
  // Phase 3: decide, on that one snapshot.
  const decided = decideRequest(dependencies, snapshot, caller, wanted.value);
  return decided.allowed ? { ...decided, issued: door.claimsFor(caller) } : decided;
}

/**
 * Judges what was allowed once more, since the map, a cut or the credential may have changed while the core worked on the
 * token: undefined if it still holds. An edge that now gives a shorter life or fewer scopes than the token has got is
 * a refusal too; where only a cut has ended the token, another one may be minted.
 */
export function judgeAgain(
  dependencies: JudgeDependencies,
  judged: Allowed,
  { jti, generation }: Pick<MintedToken, "jti" | "generation">,
): Withdrawn | undefined {
  const { caller, target } = judged;
  const refusal = caller.refusal();
  if (refusal !== undefined) return { code: "invalid_credential", reason: refusal };
  const isCut = isTokenCut(dependencies, tokenOf(caller, target, jti), generation);
  const snapshot = dependencies.currentMap();
  if (!isCut && snapshot === judged.snapshot) return undefined;
  if (snapshot === undefined) return { code: "not_ready", reason: "no_map" };
  const again = decideRequest(dependencies, snapshot, caller, { target, scopes: undefined });
  if (!again.allowed) return withdrawnBy(again);
  if (isCut) return { code: "cut_meanwhile", reason: "cut" };
  return isWithin(judged, again) ? undefined : { code: "unauthorized_target", reason: "narrowed" };
}

const withdrawnBy = ({ code, reason, description }: Refused): Withdrawn => ({
  code,
  reason,
  ...(description === undefined ? {} : { description }),
});

const isWithin = (judged: Allowed, again: Pick<Allowed, "times" | "scopes">): boolean =>
  judged.times.exp <= again.times.exp && isSubset(judged.scopes, again.scopes);
