import { isMap, isScalar, type Node } from "yaml";

/** Notes that something is wrong at `node`. */
export type Report = (node: unknown, message: string) => void;

/** One line of a mapping. `keyNode` and `value` are nodes, for the place of what is wrong with them. */
export interface Field {
  readonly key: string;
  readonly keyNode: unknown;
  readonly value: unknown;
}

/**
 * The fields of the mapping `node`, in their order. Whatever is no text key, or a key for the second time, is reported
 * and left out, and so is a `node` that is no mapping; `what` names it.
 */
export function readFields(node: unknown, what: string, report: Report): readonly Field[] {
  if (!isMap(node)) {
    report(node, `${what} must be a mapping, each line a name, a colon and what belongs to it`);
    return [];
  }
  const fields = new Map<string, Field>();
  for (const { key: keyNode, value } of node.items) {
    const key = readText(keyNode);
    if (key === undefined) report(keyNode, "a name must be plain text");
    else if (fields.has(key)) report(keyNode, `${key} is written twice: keep one of them`);
    else fields.set(key, { key, keyNode, value });
  }
  return [...fields.values()];
}

/** The text of a scalar node, or undefined if it is none: a number, a list, an alias. */
export const readText = (node: unknown): string | undefined =>
  isScalar(node) && typeof node.value === "string" ? node.value : undefined;

/** Where `node` begins in the text; its beginning for what is not there at all. */
export const offsetOf = (node: unknown): number => (node as Node | null | undefined)?.range?.[0] ?? 0;
