import { parseMap } from "@meshpass/policy";
import t from "tap";
import { parseDocument } from "yaml";
import { createProblemList } from "../src/problem.ts";
import { readYaml } from "../src/read-yaml.ts";
import type { YamlNode } from "../src/yaml-node.ts";
import { mutations } from "./mutations.ts";

/** What a node means, in the form in which `yaml` gives it when it reads everything as text. */
function meaningOf(node: YamlNode): unknown {
  if (node.kind === "empty") return "";
  if (node.kind === "scalar") return node.text;
  if (node.kind === "list") return [...node.items].map(meaningOf);
  return new Map(node.entries.map(({ key, value }) => [key.text, meaningOf(value)]));
}

t.test("no mutation of a map makes the parser throw, and each gives a map or problems (CVE-2023-2251)", async (t) => {
  const bad = mutations(1_000).filter((text) => {
    const parsed = parseMap(text);
    return !parsed.ok && parsed.problems.length === 0;
  });
  t.strictSame(bad, []);
});

t.test("whatever YAML the reader accepts, yaml accepts too and reads the same", async (t) => {
  let accepted = 0;
  for (const text of mutations(500)) {
    const problems = createProblemList();
    const root = readYaml(text, problems);
    if (root === undefined || !problems.isEmpty()) continue;
    accepted += 1;
    const document = parseDocument(text, { schema: "failsafe", logLevel: "silent" });
    const meaning = document.errors.length === 0 ? document.toJS({ mapAsMap: true }) : document.errors[0]?.message;
    if (!sameMeaning(meaning, meaningOf(root))) t.strictSame(meaningOf(root), meaning, text);
  }
  t.ok(accepted > 50, `${accepted} of the mutations were still YAML that a map may use`);
});

const sameMeaning = (a: unknown, b: unknown): boolean => JSON.stringify(plain(a)) === JSON.stringify(plain(b));

const plain = (value: unknown): unknown => {
  if (value instanceof Map) return { entries: [...value].map(([key, entry]) => [key, plain(entry)]) };
  return Array.isArray(value) ? value.map(plain) : (value ?? "");
};
