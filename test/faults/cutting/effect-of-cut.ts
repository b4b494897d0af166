import { findHits, type GuardedCall, type KnownCut, promiseMs } from "./judge-calls.ts";

/** What cuts of one kind did to the tokens that nothing else had ended; times in ms after the durable write. */
export interface EffectOfCut {
  /** When a receiver let in such a token for the last time. */
  readonly lastAllowed: readonly number[];
  /** When the auth server was told by every receiver that the cut is in force. */
  readonly confirmed: readonly number[];
  /** How many calls were refused that had been sent when it had to be in force. */
  readonly refused: number;
}

/** The effect of those of `cuts` that are at `numbers` of the feed. */
export function findEffect(
  calls: readonly GuardedCall[],
  cuts: readonly KnownCut[],
  numbers: readonly number[],
): EffectOfCut {
  const chosen = cuts.filter(({ number }) => numbers.includes(number));
  const hit = chosen.map((cut) => ({ cut, calls: calls.filter((call) => isEndedByAlone(call, cut, cuts)) }));
  return {
    lastAllowed: hit.flatMap(({ cut, calls }) => {
      const ofEach = Map.groupBy(calls, ({ receiver }) => receiver).values();
      return [...ofEach].map((some) => lastAllowedAt(some, cut.at) - cut.at);
    }),
    confirmed: chosen.flatMap(({ confirmedAt, at }) => (confirmedAt === undefined ? [] : [confirmedAt - at])),
    refused: hit.reduce((sum, { cut, calls }) => sum + calls.filter((call) => isRefusedInTime(call, cut)).length, 0),
  };
}

function isEndedByAlone({ token, sentAt, answeredAt }: GuardedCall, cut: KnownCut, cuts: readonly KnownCut[]): boolean {
  const [first, second] = findHits(token, cuts);
  return first === cut && answeredAt >= cut.at && (second === undefined || sentAt < second.since);
}

const lastAllowedAt = (calls: readonly GuardedCall[], at: number): number =>
  Math.max(at, ...calls.filter(({ status }) => status === 200).map(({ answeredAt }) => answeredAt));

const isRefusedInTime = ({ status, sentAt }: GuardedCall, { at, confirmedAt = Number.POSITIVE_INFINITY }: KnownCut) =>
  status === 401 && sentAt > Math.min(at + promiseMs, confirmedAt);

/** Of `times`: the middle one and the last, and how many there are. */
export function inShort(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const [middle, last] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return `p50 ${middle} ms, max ${last} ms of ${sorted.length}`;
}
