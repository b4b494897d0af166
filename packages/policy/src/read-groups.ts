import type { ProblemList } from "./problem.ts";
import { describe, readList, readMapping } from "./read-fields.ts";
import { groupOf, readName, readNames } from "./read-name.ts";
import type { YamlNode } from "./yaml-node.ts";

/** The services of each group, by the group's name. A group that is wrong in itself is there all the same. */
export type Groups = ReadonlyMap<string, readonly string[]>;

/** Reads `groups: {web: [m1, m2]}`. */
export function readGroups(node: YamlNode | undefined, problems: ProblemList): Groups {
  const groups = new Map<string, readonly string[]>();
  if (node === undefined) return groups;
  for (const { key, value } of readMapping(node, "write groups as name: [service, service]", problems)) {
    readName(key, problems);
    groups.set(key.text, [...readNames(readList(value, problems), readMember, problems).keys()]);
    if (value.kind === "list" && value.items.length === 0) {
      problems.report("bad_value", value, "this group is empty", "list its services, or delete the group");
    }
  }
  return groups;
}

function readMember(node: YamlNode, problems: ProblemList): string | undefined {
  if (node.kind !== "scalar" || groupOf(node.text) === undefined) return readName(node, problems);
  problems.report(
    "bad_value",
    node,
    `the group ${describe(node)} stands inside a group`,
    "list its services here instead",
  );
  return undefined;
}
