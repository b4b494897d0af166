/** Texts, each kept once and known by the number under which it was first added. */
export interface TextTable {
  /** The number of `text`, which is added if it is new. */
  add(text: string): number;
  has(text: string): boolean;
  /** All texts in the order of their numbers. */
  texts(): readonly string[];
}

/** A table that holds `first`, numbered from 0. */
export function createTextTable(first: readonly string[] = []): TextTable {
  const numbers = new Map(first.map((text, number) => [text, number]));
  const all = [...first];
  return {
    add(text) {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, all.length);
      return all.push(text) - 1;
    },
    has: (text) => numbers.has(text),
    texts: () => all,
  };
}
