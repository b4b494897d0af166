import { isServiceName, reservedNames } from "@meshpass/protocol";
import type { ProblemList } from "./problem.ts";
import { quote } from "./quote.ts";
import { readString } from "./read-fields.ts";
import type { ScalarNode, YamlNode } from "./yaml-node.ts";

const groupPrefix = "group:";

/** The group that a reference names, or undefined if it names a service. */
export const groupOf = (reference: string): string | undefined =>
  reference.startsWith(groupPrefix) ? reference.slice(groupPrefix.length) : undefined;

/** The name of one service that `node` holds; what is none is reported. */
export function readName(node: YamlNode, problems: ProblemList): string | undefined {
  const text = readString(node, "the name of a service", problems);
  if (text === undefined || isServiceName(text)) return text;
  reportName(node, text, problems);
  return undefined;
}

/** The name of a service, or `group:` and the name of a group, that `node` holds; what is none is reported. */
export function readReference(node: YamlNode, problems: ProblemList): string | undefined {
  const group = node.kind === "scalar" ? groupOf(node.text) : undefined;
  if (group === undefined || node.kind !== "scalar") return readName(node, problems);
  if (isServiceName(group)) return node.text;
  reportName(node, group, problems);
  return undefined;
}

/** The texts of a list, each at most once, as far as `read` accepts them. */
export function readNames(
  nodes: readonly YamlNode[],
  read: (node: YamlNode, problems: ProblemList) => string | undefined,
  problems: ProblemList,
): ReadonlyMap<string, ScalarNode> {
  const names = new Map<string, ScalarNode>();
  for (const node of nodes) {
    const name = read(node, problems);
    if (name === undefined || node.kind !== "scalar") continue;
    if (isNew(name, node, names.get(name)?.line, problems)) names.set(name, node);
  }
  return names;
}

/** Whether an item stands in its list for the first time; else reports the line of the first. */
export function isNew(text: string, node: YamlNode, firstLine: number | undefined, problems: ProblemList): boolean {
  if (firstLine === undefined) return true;
  problems.report(
    "duplicate_item",
    node,
    `${quote(text)} is already in this list, in line ${firstLine}`,
    "delete one of the two",
  );
  return false;
}

function reportName(node: YamlNode, text: string, problems: ProblemList): void {
  if (reservedNames.has(text)) {
    problems.report(
      "reserved_name",
      node,
      `${quote(text)} stands for Meshpass itself`,
      "give the service another name",
    );
    return;
  }
  const meant = text.trim().toLowerCase().replaceAll(/[_. ]/g, "-");
  const remedy = isServiceName(meant) ? `write ${meant}` : "write 1 to 63 of a-z, 0-9 and -, without - at either end";
  problems.report("bad_name", node, `${quote(text)} cannot be a name`, remedy);
}
