import { createHash } from "node:crypto";
import { clockToleranceSeconds, endings, type Generation, isOlder } from "@meshpass/protocol";

/** An access token, as who asked for it knows it; all times in ms since 1970. */
export interface HeldToken {
  readonly text: string;
  readonly caller: string;
  readonly target: string;
  readonly jti: string;
  readonly kid: string;
  readonly gen: Generation;
  /** When its request was sent, and when it came. */
  readonly askedAt: number;
  readonly gotAt: number;
  readonly endsAt: number;
}

/** One call of a guarded route: with which token, when, and what came of it (0: no answer). */
export interface GuardedCall {
  readonly receiver: string;
  readonly token: HeldToken;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly status: number;
}

/** A cut that is known to have happened. */
export interface KnownCut extends Generation {
  readonly ends: string;
  /** It cannot have been in force before this: the command was given, the map was saved. */
  readonly since: number;
  /** Its durable write: the promise counts from here. */
  readonly at: number;
  /** The auth server has told of it: a token that is asked for after this is younger. */
  readonly seenAt: number;
  /** The auth server has said that every receiver has it. */
  readonly confirmedAt?: number;
}

/** While it lasts the receiver hears nothing of cuts, and does what it was told to do then; or it does nothing at all. */
export interface Outage {
  readonly receiver: string;
  readonly mode: "accept" | "refuse" | "frozen";
  readonly from: number;
  readonly until: number;
}

/** What is known of the time in which calls were made. */
export interface History {
  readonly cuts: readonly KnownCut[];
  readonly outages: readonly Outage[];
}

/** A cut is in force everywhere this long after it was written, in ms. */
export const promiseMs = 1_000;

/**
 * The statuses that are right for `call`, by nothing but what was known outside of the receivers: 200 as long as no cut
 * that ends its token has to be in force, 401 as soon as one may be, 503 where the receiver is to refuse for want of a
 * feed, and no answer where it was frozen. The `gen` of a token counts only where times cannot tell whether it is older than the cut.
 */
export function findRightStatuses(call: GuardedCall, { cuts, outages }: History): readonly number[] {
  const { token, sentAt, answeredAt, receiver } = call;
  const hits = findHits(token, cuts);
  const own = outages.filter((outage) => outage.receiver === receiver);
  const mayPass =
    sentAt <= token.endsAt + clockToleranceSeconds * 1_000 && hits.every((cut) => sentAt <= dueAt(cut, own));
  const mayFail = answeredAt >= token.endsAt || hits.some((cut) => answeredAt >= cut.since);
  const modes = own.filter(({ from, until }) => answeredAt >= from && sentAt <= until).map(({ mode }) => mode);
  const mayBeMute = modes.includes("frozen");
  const mayBeDeaf = mayBeMute || modes.includes("refuse");
  return [...(mayPass ? [200] : []), ...(mayFail ? [401] : []), ...(mayBeDeaf ? [503] : []), ...(mayBeMute ? [0] : [])];
}

/** The cuts that end `token`: those that name it and are younger, and those of its key. */
export function findHits(token: HeldToken, cuts: readonly KnownCut[]): readonly KnownCut[] {
  const { askedAt, gotAt, gen } = token;
  const { always, whenYounger } = endsOf(token);
  const isYounger = (cut: KnownCut) => askedAt < cut.seenAt && (gotAt <= cut.since || isOlder(gen, cut));
  return cuts.filter((cut) => cut.ends === always || (whenYounger.has(cut.ends) && isYounger(cut)));
}

interface Ends {
  readonly always: string;
  readonly whenYounger: ReadonlySet<string>;
}

/** Of each token once: who judges while calls go on must not keep them waiting. */
const known = new WeakMap<HeldToken, Ends>();

function endsOf(token: HeldToken): Ends {
  const { caller, target, jti, kid } = token;
  const hash = () => createHash("sha256").update(jti).digest("base64url");
  const ends = known.get(token) ?? {
    always: endings.kid(kid),
    whenYounger: new Set([
      ...[endings.edge(caller, target), endings.caller(caller), endings.target(target)],
      ...[endings.jti(hash()), endings.everything],
    ]),
  };
  known.set(token, ends);
  return ends;
}

/** From when on `cut` has to be in force at a receiver with these outages. */
function dueAt({ at, confirmedAt }: KnownCut, outages: readonly Outage[]): number {
  const promised = at + promiseMs;
  const missed = outages.filter(({ mode, from, until }) => mode === "accept" && from <= promised && promised < until);
  return Math.min(confirmedAt ?? Number.POSITIVE_INFINITY, Math.max(promised, ...missed.map(({ until }) => until)));
}

/** What was wrong of many calls, and what was shown by those that were right. */
export interface Verdict {
  readonly wronglyAllowed: readonly GuardedCall[];
  /** Lost ones too: with another status than 401, or none. */
  readonly wronglyRefused: readonly GuardedCall[];
  /** How many had to be answered 200, and how many must not be. */
  readonly mustPass: number;
  readonly mustFail: number;
}

export function judgeCalls(calls: readonly GuardedCall[], history: History): Verdict {
  const judged = calls.map((call) => ({ call, right: findRightStatuses(call, history) }));
  const wrong = judged.filter(({ call, right }) => !right.includes(call.status)).map(({ call }) => call);
  return {
    wronglyAllowed: wrong.filter(({ status }) => status === 200),
    wronglyRefused: wrong.filter(({ status }) => status !== 200),
    mustPass: judged.filter(({ right }) => right.join() === "200").length,
    mustFail: judged.filter(({ right }) => !right.includes(200)).length,
  };
}
