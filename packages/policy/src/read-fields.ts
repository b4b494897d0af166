import { quote } from "@meshpass/protocol";
import { nearest } from "./nearest.ts";
import type { ProblemList } from "./problem.ts";
import type { MappingEntry, NodeSequence, YamlNode } from "./yaml-node.ts";

/** How a node is named in a message. */
export function describe(node: YamlNode): string {
  if (node.kind === "scalar") return quote(node.text);
  return node.kind === "empty" ? "nothing" : `a ${node.kind}`;
}

/** The entries of a mapping, or none if `node` is no mapping, which is then reported. */
export function readMapping(
  node: YamlNode,
  remedy: string | (() => string),
  problems: ProblemList,
): readonly MappingEntry[] {
  if (node.kind === "mapping") return node.entries;
  // A file that is no map at all may be one with a secret in it: none of its text goes into a log.
  const what = node.kind === "scalar" ? "a single text" : describe(node);
  problems.report("wrong_type", node, `${what} stands where a mapping belongs`, remedy);
  return [];
}

/** The items of a list, or none if `node` is no list, which is then reported. One text alone is no list of one. */
export function readList(node: YamlNode, problems: ProblemList): NodeSequence {
  if (node.kind === "list") return node.items;
  const remedy = node.kind === "scalar" ? "put it in brackets: [ and ]" : "write a list, or [] for none";
  problems.report("wrong_type", node, `${describe(node)} stands where a list belongs`, remedy);
  return [];
}

/** The text of a scalar, or undefined if `node` is none, which is then reported. */
export function readString(node: YamlNode, what: string, problems: ProblemList): string | undefined {
  if (node.kind === "scalar") return node.text;
  problems.report("wrong_type", node, `${describe(node)} stands where ${what} belongs`, `write ${what}`);
  return undefined;
}

/**
 * The fields of a mapping of fixed form. `required` are the ones that must be there, `optional` all others that may. One
 * whose name is misspelt is reported as that, and not as missing too.
 */
export function readFields(
  node: YamlNode,
  { required, optional }: { readonly required: readonly string[]; readonly optional: readonly string[] },
  problems: ProblemList,
): ReadonlyMap<string, YamlNode> {
  const known = [...required, ...optional];
  const fields = new Map<string, YamlNode>();
  const unknown: string[] = [];
  for (const { key, value } of readMapping(node, () => `write the fields ${known.join(", ")}`, problems)) {
    const name = key.text;
    if (known.includes(name)) {
      fields.set(name, value);
      continue;
    }
    unknown.push(name);
    problems.report("unknown_field", key, `there is no field ${quote(name)}`, () => remedyOf(name, known));
  }
  for (const name of node.kind === "mapping" ? required : []) {
    if (fields.has(name) || unknown.some((written) => nearest(written, known) === name)) continue;
    problems.report("missing_field", node, `the field ${name} is missing`, `write ${name}: and its value`);
  }
  return fields;
}

function remedyOf(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === undefined ? `the fields here are ${known.join(", ")}` : `write ${meant}`;
}
