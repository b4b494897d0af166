import type { WrittenAttributes } from "./read-attributes.ts";
import type { TextTable } from "./text-table.ts";

/** The attributes that edges of a map have, each combination once; number 0 is no attributes at all. */
export interface AttributeTable {
  /** The number of `attributes`. The order of scopes makes no difference. */
  add(attributes: WrittenAttributes): number;
  /** All combinations in the order of their numbers, as columns. */
  columns(): AttributeColumns;
}

/** One cell for each combination of attributes. Texts are numbers of the table of texts, where 0 is the empty text. */
interface AttributeColumns {
  /** In seconds; 0 for none. */
  readonly lifetimes: Int32Array<ArrayBuffer>;
  /** In seconds since 1970; Infinity for never. */
  readonly expiries: Float64Array<ArrayBuffer>;
  /** Separated by spaces. */
  readonly scopes: Int32Array<ArrayBuffer>;
  readonly reasons: Int32Array<ArrayBuffer>;
  /** 1 where a proof of possession is demanded, else 0. */
  readonly proofs: Int32Array<ArrayBuffer>;
  /** Separated by spaces; 0 for anybody. */
  readonly onBehalfOfs: Int32Array<ArrayBuffer>;
  /** In calls; 0 for no limit. */
  readonly maxChains: Int32Array<ArrayBuffer>;
}

type Row = readonly [
  lifetime: number,
  expiry: number,
  scopes: number,
  reason: number,
  proof: number,
  onBehalfOf: number,
  maxChain: number,
];

const keyOf = (row: Row): string => row.join(" ");

/** A table with combination 0 alone. Its texts go into `texts`, whose number 0 must be the empty text. */
export function createAttributeTable(texts: TextTable): AttributeTable {
  const none: Row = [0, Number.POSITIVE_INFINITY, 0, 0, 0, 0, 0];
  const rows: Row[] = [none];
  const numbers = new Map([[keyOf(none), 0]]);
  return {
    add({ lifetimeSeconds = 0, expiresAt = Number.POSITIVE_INFINITY, scopes, reason = "", ...conditions }) {
      const { proof, onBehalfOf = 0, maxChain = 0 } = conditions;
      const [scope, why] = [texts.add(scopes.toSorted().join(" ")), texts.add(reason)];
      const row: Row = [lifetimeSeconds, expiresAt, scope, why, proof === undefined ? 0 : 1, onBehalfOf, maxChain];
      const key = keyOf(row);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, rows.length);
      return rows.push(row) - 1;
    },
    columns: () => ({
      lifetimes: Int32Array.from(rows, ([lifetime]) => lifetime),
      expiries: Float64Array.from(rows, ([, expiry]) => expiry),
      scopes: Int32Array.from(rows, ([, , scopes]) => scopes),
      reasons: Int32Array.from(rows, ([, , , reason]) => reason),
      proofs: Int32Array.from(rows, ([, , , , proof]) => proof),
      onBehalfOfs: Int32Array.from(rows, ([, , , , , onBehalfOf]) => onBehalfOf),
      maxChains: Int32Array.from(rows, (row) => row[6]),
    }),
  };
}
