import { decide, settingsOf } from "@meshpass/policy";
import type { ErrorCode, Generation } from "@meshpass/protocol";
import type { CutLog } from "./cutoffs/cut-log.ts";
import type { Door, IssuerClaims, Wanted } from "./door.ts";
import type { Snapshot } from "./map/map-in-force.ts";
import type { ProvenCaller, Refused } from "./proven-caller.ts";
import { type TokenTimes, timesOf } from "./token-times.ts";

/** A token may be minted, with these times and scopes, on the ground of this line of this map. */
export interface Allowed {
  readonly allowed: true;
  readonly caller: ProvenCaller;
  readonly target: string;
  readonly issued: IssuerClaims;
  readonly snapshot: Snapshot;
  /** The last cut that the decision took into account. */
  readonly generation: Generation;
  readonly line: number;
  readonly times: TokenTimes;
  readonly scopes: readonly string[];
  /** Those that were asked for; none where it was for all. */
  readonly requestedScopes: readonly string[];
  /** What the operator's actions add to the token. */
  readonly customClaims?: Readonly<Record<string, unknown>>;
}

/** Why what was allowed must not be handed out after all; `code` is for the wire, `reason` for the record. */
export interface Withdrawn {
  readonly code: ErrorCode;
  readonly reason: string;
}

export interface JudgeDependencies {
  readonly currentMap: () => Snapshot | undefined;
  readonly cutLog: Pick<CutLog, "generationFor" | "isCut">;
  /** Whether an operator has stopped the tokens of a caller, or of one edge, until further notice. */
  readonly isBlocked: (caller: string, target: string) => boolean;
  /** ms since 1970. */
  readonly clock: () => number;
  /** Where the map says nothing, in seconds. */
  readonly defaultLifetimeSeconds: number;
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
  const decided = decideOn(snapshot, dependencies, caller, wanted.value);
  return decided.allowed ? { ...decided, issued: door.claimsFor(caller) } : decided;
}

function decideOn(
  snapshot: Snapshot,
  { cutLog, isBlocked, clock, defaultLifetimeSeconds }: JudgeDependencies,
  caller: ProvenCaller,
  wanted: Wanted,
): Omit<Allowed, "issued"> | Refused {
  const { target } = wanted;
  const now = Math.floor(clock() / 1_000);
  const decision = decide(snapshot.map, caller.name, target, now);
  // In one go with the snapshot, before anything is awaited: a cut that comes later ends what is decided here.
  const generation = cutLog.generationFor(snapshot.number);
  const known = { caller, target, snapshot, line: decision.line };
  const refuse = (reason: string, code: ErrorCode = "unauthorized_target"): Refused => {
    return { ...known, allowed: false, code, reason };
  };
  if (!decision.allowed) return refuse(decision.reason);
  if (!mayAskForItself(snapshot, caller)) return refuse("grant_not_allowed", "unauthorized_client");
  if (isBlocked(caller.name, target)) return refuse("blocked");
  const { scopes: granted, proof } = decision.edge;
  if (proof !== undefined && caller.proofKey === undefined) return refuse("proof_missing", "oauth_required");
  const { scopes = granted } = wanted;
  if (!isSubset(scopes, granted)) return refuse("scope_not_granted", "invalid_scope");
  const times = timesOf(now, decision.edge, defaultLifetimeSeconds);
  if (times === undefined) return refuse("expired");
  return {
    ...known,
    line: decision.line,
    allowed: true,
    generation,
    times,
    scopes,
    requestedScopes: wanted.scopes ?? [],
  };
}

/**
 * Judges what was allowed once more, since the map, a cut or the credential may have changed while the core worked on the
 * token `jti`: undefined if it still holds. An edge that now gives a shorter life or fewer scopes than the token has got is
 * a refusal too; where only a cut has ended the token, another one may be minted.
 */
export function judgeAgain(dependencies: JudgeDependencies, judged: Allowed, jti: string): Withdrawn | undefined {
  const { currentMap, cutLog } = dependencies;
  const { caller, target, generation } = judged;
  const refusal = caller.refusal();
  if (refusal !== undefined) return { code: "invalid_credential", reason: refusal };
  const isCut = cutLog.isCut({ caller: caller.name, target, jti }, generation);
  const snapshot = currentMap();
  if (!isCut && snapshot === judged.snapshot) return undefined;
  if (snapshot === undefined) return { code: "not_ready", reason: "no_map" };
  const again = decideOn(snapshot, dependencies, caller, { target, scopes: undefined });
  if (!again.allowed) return { code: "unauthorized_target", reason: again.reason };
  if (isCut) return { code: "cut_meanwhile", reason: "cut" };
  return isWithin(judged, again) ? undefined : { code: "unauthorized_target", reason: "narrowed" };
}

const mayAskForItself = ({ map }: Snapshot, { name }: ProvenCaller): boolean =>
  settingsOf(map, name).grants?.includes("client_credentials") !== false;

const isWithin = (judged: Allowed, again: Pick<Allowed, "times" | "scopes">): boolean =>
  judged.times.exp <= again.times.exp && isSubset(judged.scopes, again.scopes);

const isSubset = (some: readonly string[], all: readonly string[]): boolean =>
  some === all || some.every((one) => all.includes(one));
