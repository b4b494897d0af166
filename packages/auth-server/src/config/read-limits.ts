import type { RateLimits } from "../limits/limit-authentication.ts";
import type { Rate } from "../limits/token-bucket.ts";
import type { Fields } from "./read-yaml-fields.ts";

const most = 1_000_000;

const defaults = {
  perClient: { perSecond: 1_000, burst: 2_000 },
  failures: { perMinute: 60 },
  failuresPerAddress: { perMinute: 600 },
} as const;

type Name = keyof typeof defaults;
type Numbers = Readonly<Record<string, number>>;

/** What the field `limits` says of each limit: `off`, or its numbers; the default where it says nothing. */
export function readLimits(fields: Fields<"limits">): RateLimits {
  const value = fields.value("limits") ?? {};
  const isMapping = typeof value === "object" && !Array.isArray(value);
  const written = new Map<string, unknown>(isMapping ? Object.entries(value) : []);
  const isKnown = [...written.keys()].every((name) => Object.hasOwn(defaults, name));
  if (!isMapping || !isKnown)
    fields.report("limits", `write ${Object.keys(defaults).join(", ")} in it, and nothing else`);
  const read = (name: Name): Numbers | undefined => {
    const limit = written.get(name) ?? defaults[name];
    if (limit === "off") return undefined;
    if (hasNumbers(limit, Object.keys(defaults[name]))) return limit;
    fields.report("limits", `write ${name}: off, or ${remedyFor(name)}`);
    return undefined;
  };
  return {
    perClient: bySecond(read("perClient")),
    failures: byMinute(read("failures")),
    failuresPerAddress: byMinute(read("failuresPerAddress")),
  };
}

const isNumber = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;

function hasNumbers(limit: unknown, names: readonly string[]): limit is Numbers {
  if (typeof limit !== "object" || limit === null) return false;
  const entries = Object.entries(limit);
  return entries.length === names.length && entries.every(([name, value]) => names.includes(name) && isNumber(value));
}

const remedyFor = (name: Name): string => {
  const example = Object.entries(defaults[name]).map(([field, value]) => `${field}: ${value}`);
  return `${name}: {${example.join(", ")}}, whole numbers from 1 to ${most}`;
};

const bySecond = (numbers: Numbers | undefined): Rate | undefined =>
  numbers && { perSecond: numbers.perSecond as number, burst: numbers.burst as number };

/** All of a minute's may come at once. */
const byMinute = (numbers: Numbers | undefined): Rate | undefined =>
  numbers && { perSecond: (numbers.perMinute as number) / 60, burst: numbers.perMinute as number };
