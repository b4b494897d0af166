import { type Cut, type CutoffsEnvelope, cutoffsAudience, envelopeLifetimeSeconds, isEnding } from "@meshpass/protocol";

const maxNumber = 999_999_999_999_999;
const maxKeysLength = 4_096;
/** Times are fractions, which do not subtract exactly. */
const longestLifeSeconds = envelopeLifetimeSeconds + 0.001;

type Rule = (envelope: Partial<Record<keyof CutoffsEnvelope, unknown>>) => boolean;

const rules: readonly Rule[] = [
  ({ aud }) => aud === cutoffsAudience,
  ({ epoch, head }) => isCount(epoch) && isCount(head),
  ({ hash }) => typeof hash === "string" && /^[\w-]{42}[AEIMQUYcgkosw048]$/.test(hash),
  ({ iat, exp }) => isTime(iat) && isTime(exp) && exp > iat && exp - iat <= longestLifeSeconds,
  ({ keys }) => typeof keys === "string" && keys.length <= maxKeysLength,
  ({ after, head, cuts }) => (after === undefined ? isSnapshot(cuts, head) : isDelta(cuts, after, head)),
];

const names = ["aud", "epoch", "head", "hash", "cuts", "iat", "exp", "keys"];

/** Whether `value` is of exactly the shape of an envelope: nothing missing, nothing more, every cut in its place. */
export function isEnvelope(value: object | undefined): value is CutoffsEnvelope {
  if (value === undefined) return false;
  const expected = "after" in value ? [...names, "after"] : names;
  const hasShape = Object.keys(value).length === expected.length && expected.every((name) => name in value);
  return hasShape && rules.every((holds) => holds(value));
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= maxNumber;

const isTime = (value: unknown): value is number => typeof value === "number" && value > 0 && value <= maxNumber;

/** All after `after` up to `head`, without a gap. */
function isDelta(cuts: unknown, after: unknown, head: unknown): boolean {
  if (!isCount(after) || !isCuts(cuts) || cuts.length !== (head as number) - after) return false;
  return cuts.every(({ number }, at) => number === after + 1 + at);
}

/** Ascending, none above `head`; what can match nothing any more is missing. */
function isSnapshot(cuts: unknown, head: unknown): boolean {
  if (!isCuts(cuts)) return false;
  return cuts.every(({ number }, at) => number > (cuts[at - 1]?.number ?? 0) && number <= (head as number));
}

const isCuts = (value: unknown): value is readonly Cut[] => Array.isArray(value) && value.every(isCut);

function isCut(value: unknown): value is Cut {
  if (typeof value !== "object" || value === null || Object.keys(value).length !== 2) return false;
  const { number, ends } = value as Partial<Record<keyof Cut, unknown>>;
  return isCount(number) && isEnding(ends);
}
