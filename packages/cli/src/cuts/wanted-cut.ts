import type { WantedCut } from "@meshpass/protocol";
import { describeBadJti } from "../describe-bad-jti.ts";
import { describeBadName } from "../describe-bad-name.ts";

/** The words of `meshpass cut`, as they were written. */
export interface CutWords {
  readonly caller?: string | undefined;
  readonly target?: string | undefined;
  /** Of `--target`. */
  readonly onlyTarget?: string | undefined;
  /** Of `--token`. */
  readonly jti?: string | undefined;
  readonly all?: boolean | undefined;
}

/** The one cut that `words` ask for, or what is wrong with them, in one line. */
export function readWantedCut(words: CutWords): WantedCut | { readonly problem: string } {
  const { caller, target, onlyTarget, jti, all } = words;
  if ([caller, onlyTarget, jti, all].filter((word) => word !== undefined).length !== 1) {
    return { problem: "say one thing to cut: CALLER, CALLER TARGET, --target TARGET, --token JTI or --all" };
  }
  const problem = findProblem([caller, target, onlyTarget], jti);
  if (problem !== undefined) return { problem };
  if (caller !== undefined) return target === undefined ? { service: caller } : { caller, target };
  if (onlyTarget !== undefined) return { target: onlyTarget };
  return jti === undefined ? { everything: true } : { jti };
}

function findProblem(names: readonly (string | undefined)[], jti: string | undefined): string | undefined {
  const problems = names.map((name) => (name === undefined ? undefined : describeBadName(name)));
  return problems.find((problem) => problem !== undefined) ?? (jti === undefined ? undefined : describeBadJti(jti));
}
