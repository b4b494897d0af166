import { createDelegatedTokens } from "./delegated-tokens.ts";
import { findTarget } from "./find-target.ts";
import type { Token } from "./request-token.ts";
import { createTargetToken, type TargetToken } from "./target-token.ts";
import type { WantedToken } from "./wanted-token.ts";

/** Tokens by target, and by the token that they are got with. */
export interface TokenSource {
  /** A token that has not expired, at once where one is held. Throws `unknown_target` or `invalid_target` before any call. */
  readonly getToken: (wanted: WantedToken, fresh?: boolean) => Token | Promise<Token>;
  /** Forgets the token if it is still `rejected`. */
  readonly dropToken: (wanted: WantedToken, rejected: string) => void;
}

export interface TokenSourceOptions {
  readonly targets: Iterable<string>;
  readonly request: (wanted: WantedToken, mustBeNew: boolean) => Promise<Token>;
  readonly clock: () => number;
  readonly random: () => number;
}

/**
 * Holds one token for each of `targets`, and for no other name, and a bounded number of those that are got on behalf of
 * others, so that it cannot grow.
 */
export function createTokenSource({ targets, request, clock, random }: TokenSourceOptions): TokenSource {
  const own = new Map<string, TargetToken>();
  for (const target of targets) {
    const requestFor = (mustBeNew: boolean) => request({ target }, mustBeNew);
    own.set(target, createTargetToken({ request: requestFor, clock, random }));
  }
  const delegated = createDelegatedTokens({ request, clock, random });
  const find = ({ target, onBehalfOf }: WantedToken): TargetToken => {
    const ofTarget = findTarget(own, target);
    return onBehalfOf === undefined ? ofTarget : delegated.of(target, onBehalfOf);
  };
  return {
    getToken: (wanted, fresh = false) => find(wanted).get(fresh),
    dropToken: (wanted, rejected) => {
      if (own.has(wanted.target)) find(wanted).drop(rejected);
    },
  };
}
