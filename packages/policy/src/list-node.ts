import { packNodes } from "./packed-nodes.ts";
import type { Place } from "./problem.ts";
import type { ListNode, YamlNode } from "./yaml-node.ts";

// Interactions, a caller, its list: what stands in these lists is nearly all of a large map.
const packedDepth = 3;

/** The list of `items` that begins at a place and is nested `depth` deep. */
export function createList(items: readonly YamlNode[], at: Place & { readonly depth: number }): ListNode {
  const { line, column, depth } = at;
  return { kind: "list", items: depth === packedDepth ? packNodes(items) : items, line, column };
}
