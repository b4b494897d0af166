import { longestChain, quote } from "@meshpass/protocol";
import type { ProblemList } from "./problem.ts";
import { readString } from "./read-fields.ts";
import type { YamlNode } from "./yaml-node.ts";

/** How many calls a chain may have that an edge is part of, 1 to {@link longestChain}. */
export function readMaxChain(node: YamlNode, problems: ProblemList): number | undefined {
  const text = readString(node, "a number", problems);
  if (text === undefined) return undefined;
  if (/^[1-9]$/.test(text) && Number(text) <= longestChain) return Number(text);
  const remedy = `write a whole number from 1 to ${longestChain}, where 1 lets nobody hand the call on`;
  problems.report("bad_value", node, `${quote(text)} cannot be the length of a chain`, remedy);
  return undefined;
}
