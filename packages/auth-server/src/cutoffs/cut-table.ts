import { createHash } from "node:crypto";
import { type Cut, endings, type Generation, isOlder } from "@meshpass/protocol";

/** What the feed looks at in a token. */
export interface CutSubject {
  readonly caller: string;
  readonly target: string;
  readonly jti?: string | undefined;
  readonly kid?: string | undefined;
}

/** The number of the last cut of each thing that can be cut, in one epoch. */
export interface CutTable {
  readonly epoch: number;
  readonly numbers: ReadonlyMap<string, number>;
}

/** The table of `cuts`, which are those of `epoch`, ascending. */
export const createCutTable = (epoch: number, cuts: readonly Cut[]): CutTable => {
  return { epoch, numbers: new Map(cuts.map(({ number, ends }) => [ends, number])) };
};

/**
 * Whether `token`, which was decided at `gen`, has been cut since: all have that are of an older epoch, and all that are
 * signed by a withdrawn key. One of a later epoch knows more than the table does.
 */
export function isCut({ epoch, numbers }: CutTable, token: CutSubject, gen: Generation): boolean {
  if (token.kid !== undefined && numbers.has(endings.kid(token.kid))) return true;
  return endingsOf(token).some((ends) => isOlder(gen, { epoch, number: numbers.get(ends) ?? 0 }));
}

function endingsOf({ caller, target, jti }: CutSubject): readonly string[] {
  const all = [endings.everything, endings.caller(caller), endings.edge(caller, target), endings.target(target)];
  if (jti === undefined) return all;
  return [...all, endings.jti(createHash("sha256").update(jti).digest("base64url"))];
}
