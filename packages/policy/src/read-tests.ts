import { quote } from "@meshpass/protocol";
import { nearest } from "./nearest.ts";
import type { ProblemList } from "./problem.ts";
import { readEarlierCallers } from "./read-earlier-callers.ts";
import { readFields, readList } from "./read-fields.ts";
import { readName, readNames } from "./read-name.ts";
import type { TextTable } from "./text-table.ts";
import type { ScalarNode, YamlNode } from "./yaml-node.ts";

/** One expectation of a map about itself, and the place where it is written. */
export interface Expectation {
  /** Who calls, the first caller first and last the one of which the test is; alone, it calls in its own name. */
  readonly chain: readonly string[];
  readonly target: ScalarNode;
  readonly allowed: boolean;
}

/**
 * Reads `tests`. Their names must be among `names`, those of the rest of the map: else a slip would test nothing. Where the
 * rest could not be read `names` is undefined, and any name may be meant.
 */
export function readTests(
  node: YamlNode | undefined,
  names: TextTable | undefined,
  problems: ProblemList,
): readonly Expectation[] {
  if (node === undefined) return [];
  return [...readList(node, problems)].flatMap((test) => readTest(test, names, problems));
}

function readTest(test: YamlNode, names: TextTable | undefined, problems: ProblemList): readonly Expectation[] {
  const fields = readFields(test, { required: ["caller"], optional: ["on_behalf_of", "allow", "deny"] }, problems);
  const known = (node: YamlNode) => readKnownName(node, names, problems);
  const callerNode = fields.get("caller");
  const caller = callerNode === undefined ? undefined : known(callerNode);
  const before = fields.get("on_behalf_of");
  const chain = [...(before === undefined ? [] : readEarlierCallers(before, caller, known, problems)), caller ?? ""];
  const expectations = (["allow", "deny"] as const).flatMap((field) => {
    const list = fields.get(field);
    const targets = list === undefined ? [] : readNames(readList(list, problems), known, problems).values();
    return [...targets].map((target) => ({ chain, target, allowed: field === "allow" }));
  });
  if (fields.has("caller") && !fields.has("allow") && !fields.has("deny")) {
    problems.report("missing_field", test, "this test expects nothing", "write allow: or deny: and a list of targets");
  }
  return caller === undefined ? [] : expectations;
}

function readKnownName(node: YamlNode, names: TextTable | undefined, problems: ProblemList): string | undefined {
  const name = readName(node, problems);
  if (name === undefined || names === undefined || names.has(name)) return name;
  problems.report("unknown_name", node, `${quote(name)} stands nowhere else in the map`, () => {
    const meant = nearest(name, names.texts());
    return meant === undefined ? "test a name of the map" : `write ${meant}, or add ${name} to the map`;
  });
  return undefined;
}
