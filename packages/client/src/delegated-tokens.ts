import type { Token } from "./request-token.ts";
import { createTargetToken, type TargetToken, type TargetTokenOptions } from "./target-token.ts";
import type { WantedToken } from "./wanted-token.ts";

/** The tokens that are got with the tokens that this service was called with. */
export interface DelegatedTokens {
  /** The one for `target` that is got with `subjectToken`. */
  readonly of: (target: string, subjectToken: string) => TargetToken;
}

export interface DelegatedTokensOptions extends Pick<TargetTokenOptions, "clock" | "random"> {
  readonly request: (wanted: WantedToken, mustBeNew: boolean) => Promise<Token>;
  /** How many are held; one more takes the place of the one that was used longest ago. Default 1,000, at most some 16 MB. */
  readonly size?: number;
}

/** Each is asked for when it is needed, and never ahead of its end: it ends with its subject token, as the next one would. */
export function createDelegatedTokens({ size = 1_000, request, ...times }: DelegatedTokensOptions): DelegatedTokens {
  const held = new Map<string, TargetToken>();
  const create = (target: string, onBehalfOf: string): TargetToken =>
    createTargetToken({
      ...times,
      request: (mustBeNew) => request({ target, onBehalfOf }, mustBeNew),
      renewsAhead: false,
    });
  return {
    of: (target, subjectToken) => {
      const key = `${target} ${subjectToken}`;
      const token = held.get(key) ?? create(target, subjectToken);
      // The order of a Map is that of insertion: the last used is the last.
      held.delete(key);
      held.set(key, token);
      if (held.size > size) held.delete(held.keys().next().value as string);
      return token;
    },
  };
}
