import type { Place } from "./problem.ts";

/** Text, in quotes or not: `1` and `"1"` are the same name. `plain` says that it had no quotes. */
export interface ScalarNode extends Place {
  readonly kind: "scalar";
  readonly text: string;
  readonly plain: boolean;
}

/** Nodes in their order: an array, or what makes them as they are asked for. */
export interface NodeSequence extends Iterable<YamlNode> {
  readonly length: number;
}

export interface ListNode extends Place {
  readonly kind: "list";
  readonly items: NodeSequence;
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

/** What a map's YAML is read to. Every node knows its place. */
export type YamlNode = ScalarNode | ListNode | MappingNode | EmptyNode;
