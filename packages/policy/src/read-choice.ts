import { quote } from "@meshpass/protocol";
import { nearest } from "./nearest.ts";
import type { ProblemList } from "./problem.ts";
import { readString } from "./read-fields.ts";
import type { YamlNode } from "./yaml-node.ts";

/** One of `choices`, or undefined if `node` is none of them, which is then reported. */
export function readChoice<Choice extends string>(
  node: YamlNode,
  choices: readonly Choice[],
  problems: ProblemList,
): Choice | undefined {
  const all = choices.join(" or ");
  const text = readString(node, all, problems);
  const choice = choices.find((known) => known === text);
  if (text !== undefined && choice === undefined) {
    problems.report(
      "bad_value",
      node,
      `${quote(text)} is not known here`,
      () => `write ${nearest(text, choices) ?? all}`,
    );
  }
  return choice;
}

/** Whether `node` says true or false, which is all that it may say. */
export function readSwitch(node: YamlNode, problems: ProblemList): boolean | undefined {
  const choice = readChoice(node, ["true", "false"], problems);
  return choice === undefined ? undefined : choice === "true";
}
