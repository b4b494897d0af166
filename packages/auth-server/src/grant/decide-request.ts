import {
  type ChainDecision,
  type Decision,
  decide,
  decideChain,
  type EdgeAttributes,
  mayUseGrant,
  settingsOf,
} from "@meshpass/policy";
import { callsOf, type ErrorCode, type Generation } from "@meshpass/protocol";
import type { Keys } from "@meshpass/verifier";
import type { CutLog } from "../cutoffs/cut-log.ts";
import { isTokenCut } from "../cutoffs/is-token-cut.ts";
import type { Snapshot } from "../map/map-in-force.ts";
import type { Wanted } from "./door.ts";
import type { ProvenCaller, Refused } from "./proven-caller.ts";
import { asToken, chainOf, subjectRefused } from "./subject-token.ts";
import { leastLifetimeSeconds, type TokenTimes, timesOf } from "./token-times.ts";

/** A token may be minted, with these times and scopes, on the ground of this line of this map. */
export interface Decided {
  readonly allowed: true;
  readonly caller: ProvenCaller;
  readonly target: string;
  readonly snapshot: Snapshot;
  /** The last cut that the decision took into account. */
  readonly generation: Generation;
  readonly line: number;
  readonly times: TokenTimes;
  readonly scopes: readonly string[];
  /** Those that were asked for; none where it was for all. */
  readonly requestedScopes: readonly string[];
}

export interface DecideDependencies {
  readonly keys: Keys;
  readonly cutLog: Pick<CutLog, "generationFor" | "isCut">;
  /** Whether an operator has stopped the tokens of a caller, or of one edge, until further notice. */
  readonly isBlocked: (caller: string, target: string) => boolean;
  /** ms since 1970. */
  readonly clock: () => number;
  /** Where the map says nothing, in seconds. */
  readonly defaultLifetimeSeconds: number;
}

/**
 * Whether `caller` may have the token that is wanted, by the map, the blocks and the cuts of this moment. With a subject token
 * that has to be good still, every call on its way has to be allowed, and what is granted is no more than it gives: its
 * scopes, its end, and whether a key has to be proved.
 */
export function decideRequest(
  dependencies: DecideDependencies,
  snapshot: Snapshot,
  caller: ProvenCaller,
  wanted: Wanted,
): Decided | Refused {
  const { cutLog, clock } = dependencies;
  const { target } = wanted;
  const now = Math.floor(clock() / 1_000);
  const decision = decideCalls(snapshot, caller, target, now);
  // In one go with the snapshot, before anything is awaited: a cut that comes later ends what is decided here.
  const generation = cutLog.generationFor(snapshot.number);
  const known = { caller, target, snapshot, line: decision.line };
  if (isSubjectOver(dependencies, caller, now)) return { ...known, ...subjectRefused };
  if (!decision.allowed) return { ...known, ...hopOf(decision), ...notAllowed(decision.reason) };
  const granted = grant(dependencies, { ...known, edge: decision.edge, now }, wanted);
  if (!granted.allowed) return { ...known, ...granted };
  return { ...known, ...granted, line: decision.line, generation, requestedScopes: wanted.scopes ?? [] };
}

function decideCalls({ map }: Snapshot, caller: ProvenCaller, target: string, now: number): Decision | ChainDecision {
  if (caller.subject === undefined) return decide(map, caller.name, target, now);
  return decideChain(map, chainOf(caller), target, now);
}

/** The call of a chain that was refused. */
const hopOf = (decision: Decision | ChainDecision): Pick<Refused, "hop"> =>
  "hop" in decision ? { hop: decision.hop } : {};

function isSubjectOver(dependencies: DecideDependencies, { name, subject }: ProvenCaller, now: number): boolean {
  if (subject === undefined) return false;
  if (subject.expiresAt - now < leastLifetimeSeconds) return true;
  return isTokenCut(dependencies, asToken(subject, name), subject.generation);
}

interface AllowedByMap extends Pick<Decided, "caller" | "target" | "snapshot"> {
  readonly edge: EdgeAttributes;
  /** Seconds since 1970. */
  readonly now: number;
}

type Refusing = Pick<Refused, "allowed" | "code" | "reason" | "missingScopes">;

/** What an edge gives to a caller, unless something besides the map stands against it. */
function grant(
  { isBlocked, defaultLifetimeSeconds }: DecideDependencies,
  { caller, target, snapshot, edge, now }: AllowedByMap,
  wanted: Wanted,
): Pick<Decided, "allowed" | "times" | "scopes"> | Refusing {
  const { subject, proofKey } = caller;
  if (!mayAsk(snapshot, caller)) return notAllowed("grant_not_allowed", "unauthorized_client");
  if (callsOf(chainOf(caller), target).some((call) => isBlocked(...call))) return notAllowed("blocked");
  const mustProve = edge.proof !== undefined || subject?.isBound === true;
  if (mustProve && proofKey === undefined) return notAllowed("proof_missing", "oauth_required");
  const granted = subject === undefined ? edge.scopes : edge.scopes.filter((scope) => subject.scopes.includes(scope));
  const { scopes = granted } = wanted;
  // All that is granted misses nothing: most requests ask for that, and some edges grant a hundred.
  const missingScopes = scopes === granted ? [] : scopes.filter((scope) => !granted.includes(scope));
  if (missingScopes.length > 0) return { ...notAllowed("scope_not_granted", "invalid_scope"), missingScopes };
  const times = timesOf(now, edge, defaultLifetimeSeconds, subject?.expiresAt);
  return times === undefined ? notAllowed("expired") : { allowed: true, times, scopes };
}

const notAllowed = (reason: string, code: ErrorCode = "unauthorized_target") =>
  ({ allowed: false, code, reason }) as const;

const mayAsk = ({ map }: Snapshot, { name, subject }: ProvenCaller): boolean =>
  mayUseGrant(settingsOf(map, name), subject === undefined ? "client_credentials" : "token_exchange");
