import type { CompiledMap } from "./compiled-map.ts";
import { decideChain } from "./decide-chain.ts";
import { findText, textAt } from "./packed-texts.ts";

/**
 * The names that {@link decideChain} lets the last of `chain` call at `nowSeconds` (since 1970), ascending, and of these the
 * first `most`: with 2, it tells whether there is an only one. None for a caller that is unknown or disabled.
 */
export function targetsOf(
  map: CompiledMap,
  chain: readonly string[],
  nowSeconds: number,
  most: number,
): readonly string[] {
  const row = findText(map.names, chain.at(-1) ?? "");
  if (row === -1) return [];
  const { starts, targets } = map.allowed;
  const found: string[] = [];
  for (let cell = starts[row] as number; cell < (starts[row + 1] as number) && found.length < most; cell += 1) {
    const target = textAt(map.names, targets[cell] as number);
    if (decideChain(map, chain, target, nowSeconds).allowed) found.push(target);
  }
  return found;
}
