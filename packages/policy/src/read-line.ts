import type { ProblemList } from "./problem.ts";
import { readString } from "./read-fields.ts";
import type { YamlNode } from "./yaml-node.ts";

/** One line of 1 to `maxLength` UTF-16 code units that a reader sees; anything else is reported as no `what`. */
export function readLine(
  node: YamlNode,
  { what, maxLength }: { readonly what: string; readonly maxLength: number },
  problems: ProblemList,
): string | undefined {
  const text = readString(node, what, problems);
  if (text === undefined) return undefined;
  if (text.trim() !== "" && text.length <= maxLength && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) return text;
  const remedy = `write one line of 1 to ${maxLength} characters, all of them visible`;
  problems.report("bad_value", node, `this cannot be ${what}`, remedy);
  return undefined;
}
