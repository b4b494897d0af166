import { compilePairs } from "./compile-pairs.ts";
import { compileServices } from "./compile-services.ts";
import type { CompiledMap } from "./compiled-map.ts";
import { packTexts } from "./packed-texts.ts";
import type { ProblemList } from "./problem.ts";
import type { EdgeTables } from "./read-edges.ts";
import type { Services } from "./read-services.ts";

/** Brings edges and services of a map into the form in which they are searched. Contradicting groups are reported. */
export function compile(tables: EdgeTables, services: Services, problems: ProblemList): CompiledMap {
  const { names, texts, attributes, callerLines } = tables;
  const unsorted = names.texts();
  const order = Int32Array.from(unsorted.keys()).sort((a, b) => compareNames(unsorted, a, b));
  const ranks = new Int32Array(order.length);
  for (const [rank, number] of order.entries()) ranks[number] = rank;
  const sorted = Array.from(order, (number) => unsorted[number] as string);
  const ranking = { names: sorted, ranks, texts: texts.texts() };
  return {
    names: packTexts(sorted),
    callerLines: Int32Array.from(sorted, (name) => callerLines.get(name) ?? 0),
    allowed: compilePairs(tables.allowed, ranking, problems),
    denied: compilePairs(tables.denied, ranking, problems),
    ...attributes.columns(),
    ...compileServices(services, sorted, texts),
    texts: packTexts(texts.texts()),
  };
}

/** By code unit, as `findText` searches. */
function compareNames(names: readonly string[], a: number, b: number): number {
  return (names[a] as string) < (names[b] as string) ? -1 : 1;
}
