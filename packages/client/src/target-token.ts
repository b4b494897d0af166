import { isBackingOff, noFailures, noteFailure } from "./back-off.ts";
import { createRenewalBudget } from "./renewal-budget.ts";
import type { Token } from "./request-token.ts";

/** The token for one target: held, renewed ahead of its end, asked for once however many wait. */
export interface TargetToken {
  /** A token that has not expired, at once where one is held; `fresh` asks for one that nobody was given before. */
  readonly get: (fresh: boolean) => Token | Promise<Token>;
  /** Forgets the token if it is still `rejected`; the next one will be minted anew. */
  readonly drop: (rejected: string) => void;
}

export interface TargetTokenOptions {
  readonly request: (mustBeNew: boolean) => Promise<Token>;
  readonly clock: () => number;
  readonly random: () => number;
  /** Whether the next one is asked for before this one has ended. Default true. */
  readonly renewsAhead?: boolean;
}

interface Flight {
  readonly mustBeNew: boolean;
  readonly token: Promise<Token>;
}

/** Keeps the token for one target. All times are in milliseconds by `clock`. */
export function createTargetToken({ request, clock, random, renewsAhead = true }: TargetTokenOptions): TargetToken {
  let held: Token | undefined;
  let refreshAt = 0;
  let mustBeNew = false;
  let failures = noFailures;
  let flight: Flight | undefined;
  // A target that refuses every token costs the auth server a mint a second in the long run, not one a call.
  const mayRenew = createRenewalBudget(clock);

  function ask(anew: boolean): Promise<Token> {
    if (flight !== undefined && (flight.mustBeNew || !anew)) return flight.token;
    const askedAt = clock();
    const mine: Flight = { mustBeNew: anew, token: request(anew) };
    flight = mine;
    // An answer that a later request has overtaken is for those who waited for it, and changes nothing here.
    const settle = (take: () => void) => {
      if (flight !== mine) return;
      flight = undefined;
      take();
    };
    mine.token.then(
      (token) => settle(() => keep(token, askedAt)),
      (error) => settle(() => (failures = noteFailure(failures, error, clock(), random()))),
    );
    return mine.token;
  }

  function keep(token: Token, askedAt: number): void {
    held = token;
    // Between 70 and 90 % of its life, so that many callers do not come back at one moment.
    const renewAt = askedAt + (token.expiresAt - askedAt) * (0.7 + 0.2 * random());
    refreshAt = renewsAhead ? renewAt : token.expiresAt;
    failures = noFailures;
    mustBeNew = false;
  }

  function get(fresh: boolean): Token | Promise<Token> {
    if (fresh) return ask(true);
    const now = clock();
    if (held === undefined || held.expiresAt <= now)
      return isBackingOff(failures, now, false) ? Promise.reject(failures.last) : ask(mustBeNew);
    if (now >= refreshAt && !isBackingOff(failures, now, true)) void ask(false);
    return held;
  }

  function drop(rejected: string): void {
    if (held?.value !== rejected || !mayRenew()) return;
    held = undefined;
    mustBeNew = true;
  }

  return { get, drop };
}
