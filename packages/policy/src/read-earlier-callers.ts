import { longestChain, quote } from "@meshpass/protocol";
import type { ProblemList } from "./problem.ts";
import { readList } from "./read-fields.ts";
import { readNames } from "./read-name.ts";
import type { YamlNode } from "./yaml-node.ts";

/**
 * Who called before `caller` in the chain that a test asks for, the first one first: one name, or a list of them. `known` reads
 * a name. What can be in no chain is reported.
 */
export function readEarlierCallers(
  node: YamlNode,
  caller: string | undefined,
  known: (node: YamlNode) => string | undefined,
  problems: ProblemList,
): readonly string[] {
  const names = readNames(node.kind === "scalar" ? [node] : readList(node, problems), known, problems);
  const itself = caller === undefined ? undefined : names.get(caller);
  if (itself !== undefined) {
    problems.report("bad_value", itself, `${quote(itself.text)} is the caller itself`, "list who called before it");
  }
  if (node.kind === "list" && node.items.length === 0) {
    problems.report(
      "bad_value",
      node,
      "nobody is listed here",
      "list who called before the caller, or delete on_behalf_of",
    );
  }
  if (names.size >= longestChain) {
    problems.report("bad_value", node, "no chain is that long", `list at most ${longestChain - 1} that called before`);
  }
  return [...names.keys()];
}
