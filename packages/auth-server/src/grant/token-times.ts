/** When a token begins and ends, in seconds since 1970. */
export interface TokenTimes {
  readonly iat: number;
  readonly exp: number;
}

/** A token with less life than this would be dead on arrival, in seconds. */
export const leastLifetimeSeconds = 5;

/**
 * The times of a token for `edge` at `now` (seconds since 1970): its own lifetime, or `defaultLifetimeSeconds` where it
 * names none, cut short by its own end and by `latest`. Undefined if less than 5 s would be left: that is a refusal.
 */
export function timesOf(
  now: number,
  edge: { readonly lifetimeSeconds?: number | undefined; readonly expiresAt?: number | undefined },
  defaultLifetimeSeconds: number,
  latest: number = Number.POSITIVE_INFINITY,
): TokenTimes | undefined {
  const { lifetimeSeconds = defaultLifetimeSeconds, expiresAt = Number.POSITIVE_INFINITY } = edge;
  const exp = Math.min(now + lifetimeSeconds, expiresAt, latest);
  return exp - now < leastLifetimeSeconds ? undefined : { iat: now, exp };
}
