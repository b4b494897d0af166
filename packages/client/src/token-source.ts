import { findTarget } from "./find-target.ts";
import type { Token } from "./request-token.ts";
import { createTargetToken, type TargetToken } from "./target-token.ts";

/** Tokens by target. */
export interface TokenSource {
  /** A token for `target` that has not expired. Rejects with `unknown_target` or `invalid_target` before any call. */
  readonly getToken: (target: string, fresh?: boolean) => Promise<Token>;
  /** Forgets the token for `target` if it is still `rejected`. */
  readonly dropToken: (target: string, rejected: string) => void;
}

export interface TokenSourceOptions {
  readonly targets: Iterable<string>;
  readonly request: (target: string, mustBeNew: boolean) => Promise<Token>;
  readonly clock: () => number;
  readonly random: () => number;
}

/** Holds one token for each of `targets`, and for no other name, so that it cannot grow. */
export function createTokenSource({ targets, request, clock, random }: TokenSourceOptions): TokenSource {
  const held = new Map<string, TargetToken>();
  for (const target of targets) {
    const requestFor = (mustBeNew: boolean) => request(target, mustBeNew);
    held.set(target, createTargetToken({ request: requestFor, clock, random }));
  }
  return {
    getToken: async (target, fresh = false) => findTarget(held, target).get(fresh),
    dropToken: (target, rejected) => held.get(target)?.drop(rejected),
  };
}
