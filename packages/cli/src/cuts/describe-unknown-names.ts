import type { UnknownName } from "@meshpass/protocol";
import { escapeDeceptive } from "@meshpass/protocol";

/**
 * A line for each name that the map does not name: it may be a slip, or have been taken out a moment ago. `but` says what
 * happens all the same.
 */
export const describeUnknownNames = (names: readonly UnknownName[] = [], but?: string): readonly string[] =>
  names.map(({ name, nearest }) => {
    const meant = nearest === undefined ? "" : ` (the nearest in it is ${nearest})`;
    return escapeDeceptive(`the map does not name ${name}${meant}${but === undefined ? "" : `; ${but}`}`);
  });
