import { longestChain } from "@meshpass/protocol";
import type { CompiledMap } from "./compiled-map.ts";
import { textAt } from "./packed-texts.ts";

/** Whether combination `after` of the later map gives less in any way than combination `before` of the earlier one. */
type IsNarrower = (before: number, after: number) => boolean;

/** What an edge says beyond caller and target, as columns with a cell for each combination that occurs. */
const columnsOf = ({ names, callerLines, services, audiences, allowed, denied, texts, ...columns }: CompiledMap) =>
  columns;

type Column = keyof ReturnType<typeof columnsOf>;

/**
 * Compares combinations of attributes, each by the number it has in its own map. A lifetime that is not written is the one
 * of `defaultLifetimes`, in seconds. An attribute that is not known here narrows wherever either map has it: it may be a condition,
 * and its cells may mean something else in each of the maps.
 */
export function compareAttributes(
  before: CompiledMap,
  after: CompiledMap,
  defaultLifetimes: { readonly before: number; readonly after: number },
): IsNarrower {
  const lacks = compareLists(before, after);
  const narrows: Readonly<Record<Column, (before: number, after: number) => boolean>> = {
    lifetimes: (old, now) => (now || defaultLifetimes.after) < (old || defaultLifetimes.before),
    expiries: (old, now) => now < old,
    scopes: (old, now) => old !== 0 && lacks(old, now),
    reasons: () => false,
    proofs: (old, now) => now > old,
    onBehalfOfs: (old, now) => now !== 0 && (old === 0 || lacks(old, now)),
    maxChains: (old, now) => (now || longestChain) < (old || longestChain),
  };
  const known = Object.entries(narrows).map(([name, isLess]) => {
    const [olds, news] = [before[name as Column], after[name as Column]];
    return (old: number, now: number) => isLess(olds[old] as number, news[now] as number);
  });
  const unknown = [before, after].map((map) =>
    Object.entries(columnsOf(map)).flatMap(([name, cells]) => (Object.hasOwn(narrows, name) ? [] : [cells])),
  );
  const has = (columns: (typeof unknown)[number] = [], number: number) =>
    columns.some((cells) => cells[number] !== cells[0]);
  return (old, now) => known.some((isLess) => isLess(old, now)) || has(unknown[0], old) || has(unknown[1], now);
}

/** Whether a list of texts lacks one that the other had, by their numbers; each pair of lists is looked at once. */
function compareLists(before: CompiledMap, after: CompiledMap): (before: number, after: number) => boolean {
  const looked = new Map<string, boolean>();
  const lacks = (old: number, now: number): boolean => {
    const left = new Set(textAt(after.texts, now).split(" "));
    return textAt(before.texts, old)
      .split(" ")
      .some((text) => !left.has(text));
  };
  return (old, now) => {
    const pair = `${old} ${now}`;
    const known = looked.get(pair) ?? lacks(old, now);
    looked.set(pair, known);
    return known;
  };
}
