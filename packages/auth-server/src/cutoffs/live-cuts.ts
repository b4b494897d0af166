import { type Cut, endings } from "@meshpass/protocol";
import { isOfKey } from "@meshpass/verifier/feed";

/** A cut with what the auth server alone knows of it. */
export interface KeptCut extends Cut {
  /** Of an edge its caller, and of a jti the service whose it is, where that is known. */
  readonly caller: string | undefined;
  /** When nothing is alive any more that it can match, in seconds since 1970; undefined for a key's, which stays. */
  readonly leavesAt: number | undefined;
  /** The number of the map from which it follows. */
  readonly map: number | undefined;
}

/**
 * Those of `cuts`, ascending, without which a token might live on that they end: no cut that a later one repeats, and
 * none but those of keys that a later one of their caller or of everything includes.
 */
export function liveCuts(cuts: readonly KeptCut[]): readonly KeptCut[] {
  const later = new Set<string>();
  const isNeeded = ({ ends, caller }: KeptCut): boolean => {
    const isRepeated = later.has(ends);
    later.add(ends);
    if (isRepeated || isOfKey(ends)) return !isRepeated;
    if (ends !== endings.everything && later.has(endings.everything)) return false;
    return caller === undefined || !later.has(endings.caller(caller));
  };
  return cuts.toReversed().filter(isNeeded).reverse();
}
