import type { CompiledMap } from "./compiled-map.ts";
import { decide } from "./decide.ts";
import { findText, textAt } from "./packed-texts.ts";

/**
 * The names that {@link decide} lets `caller` call at `nowSeconds` (since 1970), ascending, and of these the first `most`:
 * with 2, it tells whether there is an only one. None for a caller that is unknown or disabled.
 */
export function targetsOf(map: CompiledMap, caller: string, nowSeconds: number, most: number): readonly string[] {
  const row = findText(map.names, caller);
  if (row === -1) return [];
  const { starts, targets } = map.allowed;
  const found: string[] = [];
  for (let cell = starts[row] as number; cell < (starts[row + 1] as number) && found.length < most; cell += 1) {
    const target = textAt(map.names, targets[cell] as number);
    if (decide(map, caller, target, nowSeconds).allowed) found.push(target);
  }
  return found;
}
