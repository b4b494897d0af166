import { type HeaderFields, limitHeaders } from "./limit-headers.ts";
import type { Standing } from "./quota-windows.ts";

const quotaHeader = "auth0-client-quota-limit";

/** How a client stands with its quota, as Auth0 says it: `b=per_hour;q=10;r=7;t=3540`; nothing where it has none. */
export function quotaHeaders(standings: readonly Standing[], now: number): HeaderFields {
  if (standings.length === 0) return {};
  const parts = standings.map(
    ({ bucket, quota, remaining, resetAt }) =>
      `b=${bucket};q=${quota};r=${remaining};t=${Math.max(0, Math.ceil(resetAt - now))}`,
  );
  return { [quotaHeader]: parts.join(",") };
}

/** The same with what a 429 says besides, if one of the buckets is empty: of the one that stays so for longest. */
export function quotaExceededHeaders(standings: readonly Standing[], now: number): HeaderFields | undefined {
  const [last] = standings.filter(({ remaining }) => remaining === 0).sort((a, b) => b.resetAt - a.resetAt);
  if (last === undefined) return undefined;
  const { quota: limit, resetAt } = last;
  return { ...quotaHeaders(standings, now), ...limitHeaders({ limit, afterSeconds: resetAt - now, resetAt }) };
}
