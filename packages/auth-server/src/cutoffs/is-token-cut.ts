import type { Generation, ParentToken } from "@meshpass/protocol";
import type { Keys } from "@meshpass/verifier";
import type { CutLog } from "./cut-log.ts";

/** A token by what can end it. */
export interface TokenInQuestion {
  /** Who calls whom on the way to the target, the first caller first: one, but of a delegated token. */
  readonly callers: readonly string[];
  readonly target: string;
  readonly jti: string;
  /** Those that a delegated token came from. */
  readonly parents: readonly ParentToken[];
  /** Of the key that signed it, where that is to be looked at too. */
  readonly kid?: string | undefined;
}

export interface CutDependencies {
  readonly cutLog: Pick<CutLog, "isCut">;
  /** Those that are published: one that is withdrawn is not. */
  readonly keys: Pick<Keys, "has">;
}

/** Whether a token that was decided on at `generation` has been cut since: it, a call on its way, or one that it came from. */
export function isTokenCut({ cutLog, keys }: CutDependencies, token: TokenInQuestion, generation: Generation): boolean {
  const { callers, target, jti, parents, kid } = token;
  if ([{ kid }, ...parents].some((one) => one.kid !== undefined && !keys.has(one.kid))) return true;
  return cutLog.isCut({ caller: callers.at(-1) ?? "", before: callers.slice(0, -1), target, jti, parents }, generation);
}
