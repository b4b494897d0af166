import type { CompiledMap } from "./compiled-map.ts";
import { textAt } from "./packed-texts.ts";

/** What was read of each map, by the number of its text: a list may hold thousands of names and be asked for at every call. */
const read = new WeakMap<CompiledMap, Map<number, readonly string[]>>();

/** The names, ascending, that text `number` of `map` lists. Asked again it gives the same list, which nobody can change. */
export function firstCallersAt(map: CompiledMap, number: number): readonly string[] {
  const lists = read.get(map) ?? new Map<number, readonly string[]>();
  const names = lists.get(number) ?? Object.freeze(textAt(map.texts, number).split(" "));
  read.set(map, lists.set(number, names));
  return names;
}

/** Whether an edge lets `caller` be the first of a chain; `onBehalfOf` is its list, where it has one. */
export function mayBeFirst(onBehalfOf: readonly string[] | undefined, caller: string): boolean {
  if (onBehalfOf === undefined) return true;
  let low = 0;
  let high = onBehalfOf.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const name = onBehalfOf[middle] as string;
    if (name === caller) return true;
    if (name < caller) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
