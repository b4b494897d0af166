const columnNames = ["caller", "target", "line", "column", "attributes", "via"] as const;

/** One pair of services as one line of the map gives it; all are numbers, so that a million of them stay small. */
type Edge = Readonly<Record<(typeof columnNames)[number], number>>;

/** The most pairs that one map may come to, groups resolved. */
export const maxPairs = 4_000_000;

/** A growing table with one row for each edge. */
export interface EdgeList {
  /** Asks for room for `count` more rows. Once it is refused the list is full, and what it holds is not the whole. */
  reserve(count: number): boolean;
  isFull(): boolean;
  add(edge: Edge): void;
  size(): number;
  /** One column; the cells from `size()` on mean nothing. */
  column(name: keyof Edge): Int32Array;
}

/** An empty table with room for {@link maxPairs} rows. Room is asked for before rows are added. */
export function createEdgeList(): EdgeList {
  let capacity = 1_024;
  let size = 0;
  let reserved = 0;
  const columns = new Map(columnNames.map((name) => [name, new Int32Array(capacity)]));
  const column = (name: keyof Edge): Int32Array => columns.get(name) as Int32Array;

  function grow(): void {
    capacity *= 2;
    for (const [name, cells] of columns) {
      const grown = new Int32Array(capacity);
      grown.set(cells);
      columns.set(name, grown);
    }
  }

  return {
    reserve(count) {
      reserved += count;
      return reserved <= maxPairs;
    },
    isFull: () => reserved > maxPairs,
    size: () => size,
    column,
    add(edge) {
      if (size === capacity) grow();
      for (const name of columnNames) column(name)[size] = edge[name];
      size += 1;
    },
  };
}
