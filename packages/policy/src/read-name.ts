import { findNameProblem, quote } from "@meshpass/protocol";
import type { ProblemList } from "./problem.ts";
import { readString } from "./read-fields.ts";
import type { ScalarNode, YamlNode } from "./yaml-node.ts";

const groupPrefix = "group:";

/** The group that a reference names, or undefined if it names a service. */
export const groupOf = (reference: string): string | undefined =>
  reference.startsWith(groupPrefix) ? reference.slice(groupPrefix.length) : undefined;

/** The name of one service that `node` holds; what is none is reported. */
export function readName(node: YamlNode, problems: ProblemList): string | undefined {
  const text = readString(node, "the name of a service", problems);
  return text !== undefined && checkName(node, text, problems) ? text : undefined;
}

/** The name of a service, or `group:` and the name of a group, that `node` holds; what is none is reported. */
export function readReference(node: YamlNode, problems: ProblemList): string | undefined {
  const group = node.kind === "scalar" ? groupOf(node.text) : undefined;
  if (group === undefined || node.kind !== "scalar") return readName(node, problems);
  return checkName(node, group, problems) ? node.text : undefined;
}

/** The texts of a list, each at most once, as far as `read` accepts them. */
export function readNames(
  nodes: Iterable<YamlNode>,
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

/** Whether `text`, which `node` holds, is the name of a service; what is none is reported. */
function checkName(node: YamlNode, text: string, problems: ProblemList): boolean {
  const problem = findNameProblem(text);
  if (problem !== undefined) problems.report(problem.code, node, problem.message, problem.remedy);
  return problem === undefined;
}
