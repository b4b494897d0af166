import { objectBody } from "@meshpass/http-server";
import { decide } from "@meshpass/policy";
import { type ErrorCode, type Generation, parseServiceName } from "@meshpass/protocol";
import { type Caller, readBearer, type Verifier, VerifierError } from "@meshpass/verifier";
import type { CredentialRegistry } from "./credentials/credential-registry.ts";
import type { CutLog } from "./cutoffs/cut-log.ts";
import type { Snapshot } from "./map/map-in-force.ts";
import { type TokenTimes, timesOf } from "./token-times.ts";

/** A token may be minted, with these times and scopes, on the ground of this line of this map. */
export interface Allowed {
  readonly allowed: true;
  readonly caller: Caller;
  readonly target: string;
  readonly snapshot: Snapshot;
  /** The last cut that the decision took into account. */
  readonly generation: Generation;
  readonly line: number;
  readonly times: TokenTimes;
  readonly scopes: readonly string[];
}

/** No token. `code` is for the wire, `reason` for the record; the rest is what was known when it was refused. */
export interface Refused {
  readonly allowed: false;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly caller?: Caller;
  readonly target?: string;
  readonly snapshot?: Snapshot;
  readonly line?: number | undefined;
}

/** Why what was allowed must not be handed out after all; `code` is for the wire, `reason` for the record. */
export interface Withdrawn {
  readonly code: ErrorCode;
  readonly reason: string;
}

/** What somebody sent: the raw headers as Node gives them, and a parsed body. */
export interface TokenRequest {
  readonly rawHeaders: readonly string[];
  readonly body: unknown;
}

export interface JudgeDependencies {
  /** Of credentials. */
  readonly verifier: Verifier;
  readonly registry: CredentialRegistry;
  readonly currentMap: () => Snapshot | undefined;
  readonly cutLog: Pick<CutLog, "generationFor" | "isCut">;
  /** Whether an operator has stopped the tokens of a caller, or of one edge, until further notice. */
  readonly isBlocked: (caller: string, target: string) => boolean;
  /** ms since 1970. */
  readonly clock: () => number;
  /** Where the map says nothing, in seconds. */
  readonly defaultLifetimeSeconds: number;
}

type Known<T> = { readonly value: T } | { readonly refused: Refused };

/** Phases 1 to 3 of a token request: who asks, for what, and whether the map in force says yes. Changes nothing. */
export async function judge(dependencies: JudgeDependencies, request: TokenRequest): Promise<Allowed | Refused> {
  // Phase 1: authenticate the caller.
  const authenticated = await authenticate(dependencies, request.rawHeaders);
  if ("refused" in authenticated) return authenticated.refused;
  const caller = authenticated.value;
  // Phase 2: read the target.
  const read = readTarget(request.body);
  if ("refused" in read) return { ...read.refused, caller };
  // Phase 3: decide, on one snapshot.
  return decideNow(dependencies, caller, read.value);
}

/** Who shows this credential, unless it is refused. */
export async function authenticate(
  { verifier, registry }: Pick<JudgeDependencies, "verifier" | "registry">,
  rawHeaders: readonly string[],
): Promise<Known<Caller>> {
  try {
    const token = readBearer(rawHeaders);
    const caller = await verifier.verify(token);
    const reason = registry.admit(caller, token);
    if (reason === undefined) return { value: caller };
    return { refused: { allowed: false, code: "invalid_credential", reason, caller } };
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    const code = error.code === "invalid_token" ? "invalid_credential" : error.code;
    return { refused: { allowed: false, code, reason: error.reason } };
  }
}

function readTarget(body: unknown): Known<string> {
  try {
    const target = parseServiceName(objectBody(body, ["target"]).target);
    if (target !== undefined) return { value: target };
    return { refused: { allowed: false, code: "invalid_target", reason: "invalid_target" } };
  } catch {
    return { refused: { allowed: false, code: "invalid_request", reason: "invalid_request" } };
  }
}

function decideNow(dependencies: JudgeDependencies, caller: Caller, target: string): Allowed | Refused {
  const { currentMap, cutLog, isBlocked, clock, defaultLifetimeSeconds } = dependencies;
  const snapshot = currentMap();
  if (snapshot === undefined) return { allowed: false, code: "not_ready", reason: "no_map", caller, target };
  const now = Math.floor(clock() / 1_000);
  const decision = decide(snapshot.map, caller.name, target, now);
  // In one go with the snapshot, before anything is awaited: a cut that comes later ends what is decided here.
  const generation = cutLog.generationFor(snapshot.number);
  const known = { caller, target, snapshot };
  const refuse = (reason: string): Refused => {
    return { ...known, line: decision.line, allowed: false, code: "unauthorized_target", reason };
  };
  if (!decision.allowed) return refuse(decision.reason);
  if (isBlocked(caller.name, target)) return refuse("blocked");
  const times = timesOf(now, decision.edge, defaultLifetimeSeconds);
  if (times === undefined) return refuse("expired");
  return { ...known, line: decision.line, allowed: true, generation, times, scopes: decision.edge.scopes };
}

/**
 * Judges what was allowed once more, since the map, a cut or the credential may have changed while the core worked on the
 * token `jti`: undefined if it still holds. An edge that now gives a shorter life or fewer scopes than the token has got is
 * a refusal too; where only a cut has ended the token, another one may be minted.
 */
export function judgeAgain(dependencies: JudgeDependencies, judged: Allowed, jti: string): Withdrawn | undefined {
  const { registry, currentMap, cutLog } = dependencies;
  const { caller, target, generation } = judged;
  const refusal = registry.refusalOf(caller);
  if (refusal !== undefined) return { code: "invalid_credential", reason: refusal };
  const isCut = cutLog.isCut({ caller: caller.name, target, jti }, generation);
  if (!isCut && currentMap() === judged.snapshot) return undefined;
  const again = decideNow(dependencies, caller, target);
  if (!again.allowed) return { code: "unauthorized_target", reason: again.reason };
  if (isCut) return { code: "cut_meanwhile", reason: "cut" };
  return isWithin(judged, again) ? undefined : { code: "unauthorized_target", reason: "narrowed" };
}

const isWithin = (judged: Allowed, again: Allowed): boolean =>
  judged.times.exp <= again.times.exp && judged.scopes.every((scope) => again.scopes.includes(scope));
