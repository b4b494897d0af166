import type { PackedTexts } from "./compiled-map.ts";
import { textAt } from "./packed-texts.ts";

/**
 * Tells of a list in `before` and one in `after`, by their numbers, whether the later one lacks a text that the earlier one has.
 * Lists are texts with spaces between them. Each list is read once, and each pair of them looked at once.
 *
 * A map may pair every list with every other one. After `maxLooks` texts (default 20 million, some seconds) that were
 * looked for each further pair counts as lacking one: what is cut too much is asked for anew, but a map that is still being
 * compared keeps what it takes away in force.
 */
export function compareLists(
  before: PackedTexts,
  after: PackedTexts,
  maxLooks = 20_000_000,
): (before: number, after: number) => boolean {
  const [olds, news] = [new Map<number, readonly string[]>(), new Map<number, ReadonlySet<string>>()];
  const looked = new Map<string, boolean>();
  let looks = 0;

  function lacks(old: number, now: number): boolean {
    const texts = remember(olds, old, () => textAt(before, old).split(" "));
    const left = remember(news, now, () => new Set(textAt(after, now).split(" ")));
    looks += texts.length;
    return looks > maxLooks || texts.some((text) => !left.has(text));
  }

  return (old, now) => remember(looked, `${old} ${now}`, () => lacks(old, now));
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, find: () => Value): Value {
  const found = known.get(key) ?? find();
  known.set(key, found);
  return found;
}
