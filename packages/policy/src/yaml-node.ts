import type { Place } from "./problem.ts";

/** Text, in quotes or not: `1` and `"1"` are the same name. `plain` says that it had no quotes. */
export interface ScalarNode extends Place {
  readonly kind: "scalar";
  readonly text: string;
  readonly plain: boolean;
}

export interface ListNode extends Place {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
}

export interface MappingNode extends Place {
  readonly kind: "mapping";
  /** No two of them have one text as key. */
  readonly entries: readonly MappingEntry[];
}

export interface MappingEntry {
  readonly key: ScalarNode;
  readonly value: YamlNode;
}

/** Nothing stands where a value belongs. */
export interface EmptyNode extends Place {
  readonly kind: "empty";
}

/**
 * What a map's YAML is read to. Every node knows its place. Its arrays are copied once they are whole: one that grew
 * keeps room for more, and a map may have a million small ones.
 */
export type YamlNode = ScalarNode | ListNode | MappingNode | EmptyNode;
