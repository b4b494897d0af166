/** A typed array with a buffer of its own, which can be transferred. */
type Integers = Int32Array<ArrayBuffer>;

/**
 * Pairs of services, row by row: row `c` holds the cells `starts[c]` to `starts[c + 1]` of the other arrays and is
 * about the caller whose number is `c`. In a row targets ascend, and each stands there once.
 */
export interface Pairs {
  readonly starts: Integers;
  readonly targets: Integers;
  readonly lines: Integers;
  readonly attributes: Integers;
  /** The text that tells how a pair that comes from a group is written; 0 for a pair written by name. */
  readonly vias: Integers;
}

/** Texts as UTF-8, one behind the other: text `i` is the bytes from `starts[i]` to `starts[i + 1]`. */
export interface PackedTexts {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly starts: Integers;
}

/** What `services` says, beside the audiences. */
interface ServiceColumns {
  /** By service: the text that is its settings as JSON; 0 for none. */
  readonly settings: Integers;
  /** By service: the line of `enabled: false`, else 0. */
  readonly disabledLines: Integers;
  /** By audience: the service whose it is. */
  readonly owners: Integers;
}

/**
 * A map that was checked, in the form in which it is searched: typed arrays and nothing else, so that it moves between
 * threads without being copied ({@link transferables}). Services are known by their number in the order of names.
 * Nobody may write to it.
 */
export interface CompiledMap {
  /** In ascending order. */
  readonly names: PackedTexts;
  /** The line of each service that is a caller in its own name, else 0. */
  readonly callerLines: Integers;
  readonly services: ServiceColumns;
  /** The audiences that services have of their own, in ascending order. */
  readonly audiences: PackedTexts;
  readonly allowed: Pairs;
  readonly denied: Pairs;
  /** The combinations of attributes, as columns that `Pairs.attributes` points into. */
  readonly lifetimes: Integers;
  readonly expiries: Float64Array<ArrayBuffer>;
  readonly scopes: Integers;
  readonly reasons: Integers;
  readonly proofs: Integers;
  /** The text that lists the names, ascending and separated by spaces; 0 where anybody may be the first caller. */
  readonly onBehalfOfs: Integers;
  /** In calls; 0 for no limit. */
  readonly maxChains: Integers;
  readonly texts: PackedTexts;
}

/**
 * The buffers of `map`, for the transfer list of `postMessage` or `structuredClone`. Once they are transferred, `map`
 * itself is empty and of no more use; the copy is whole.
 */
export function transferables(map: CompiledMap): ArrayBuffer[] {
  const { names, texts, services, audiences, allowed, denied, ...columns } = map;
  return [names, texts, services, audiences, allowed, denied, columns].flatMap((part) =>
    Object.values(part).map(({ buffer }) => buffer),
  );
}

/** What maps lacked whose edges knew nothing of chains. */
type OfChains = "onBehalfOfs" | "maxChains";

/** A map as versions compiled it whose edges had no `on_behalf_of` and no `max_chain`, in the form that it has today. */
export const withoutChains = (map: Omit<CompiledMap, OfChains>): CompiledMap => ({
  ...map,
  onBehalfOfs: new Int32Array(map.lifetimes.length),
  maxChains: new Int32Array(map.lifetimes.length),
});

/** The same of versions whose maps had no `services` and no `proof` either. */
export const withoutServices = (map: Omit<CompiledMap, OfChains | "services" | "audiences" | "proofs">): CompiledMap =>
  withoutChains({
    ...map,
    proofs: new Int32Array(map.lifetimes.length),
    services: {
      settings: new Int32Array(map.callerLines.length),
      disabledLines: new Int32Array(map.callerLines.length),
      owners: new Int32Array(0),
    },
    audiences: { bytes: new Uint8Array(0), starts: new Int32Array(1) },
  });
