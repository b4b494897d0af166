import { type Cut, type Generation, isOlder } from "@meshpass/protocol";
import { type CutSubject, endingsOf } from "@meshpass/verifier";

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
 * Whether `token`, which was decided at `gen`, has been cut since: all have that are of an older epoch. One of a later
 * epoch knows more than the table does.
 *
 * Does not look at the key of the token: one that is withdrawn is not published, and nothing that it signs leaves.
 */
export const isCut = ({ epoch, numbers }: CutTable, token: CutSubject, gen: Generation): boolean =>
  endingsOf(token).some((ends) => isOlder(gen, { epoch, number: numbers.get(ends) ?? 0 }));
