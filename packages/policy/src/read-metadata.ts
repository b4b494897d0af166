import type { ProblemList } from "./problem.ts";
import { readMapping } from "./read-fields.ts";
import { readLine } from "./read-line.ts";
import type { YamlNode } from "./yaml-node.ts";

const maxKeys = 10;
const maxLength = 255;

/** Reads `{team: maps, plan: gold}` into an object without a prototype, since any text may be a key. */
export function readMetadata(node: YamlNode, problems: ProblemList): Readonly<Record<string, string>> {
  const entries = readMapping(node, "write key: value, or {} for none", problems);
  const tooMany = entries[maxKeys];
  if (tooMany !== undefined) {
    const message = `the metadata has more than ${maxKeys} keys`;
    problems.report("bad_value", tooMany.key, message, `keep the ${maxKeys} that are needed`);
  }
  const metadata: Record<string, string> = Object.create(null);
  for (const { key, value } of entries) {
    readLine(key, { what: "a key of metadata", maxLength }, problems);
    metadata[key.text] = readLine(value, { what: "a value of metadata", maxLength }, problems) ?? "";
  }
  return metadata;
}
