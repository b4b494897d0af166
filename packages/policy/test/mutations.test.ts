import { parseMap } from "@meshpass/policy";
import t from "tap";
import { parseDocument } from "yaml";
import { createProblemList } from "../src/problem.ts";
import { readYaml } from "../src/read-yaml.ts";
import type { YamlNode } from "../src/yaml-node.ts";
import { fullMap } from "./full-map.ts";

const fragments = [
  ..."\n\t :-?[]{},#&*!|>'\"%@`~=<.0a",
  "  ",
  "\n  ",
  "- ",
  ": ",
  " #",
  "---\n",
  "...\n",
  "<<: ",
  "\r\n",
  "\\",
];

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `text` with one to three small changes. */
function mutate(text: string, random: () => number): string {
  let mutated = text;
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes -= 1) {
    const at = Math.floor(random() * mutated.length);
    const removed = Math.floor(random() * 4);
    const added = random() < 0.3 ? "" : fragments[Math.floor(random() * fragments.length)];
    mutated = mutated.slice(0, at) + added + mutated.slice(at + removed);
  }
  return mutated;
}

/** What a node means, in the form in which `yaml` gives it when it reads everything as text. */
function meaningOf(node: YamlNode): unknown {
  if (node.kind === "empty") return "";
  if (node.kind === "scalar") return node.text;
  if (node.kind === "list") return node.items.map(meaningOf);
  return new Map(node.entries.map(({ key, value }) => [key.text, meaningOf(value)]));
}

const mutations = (count: number): readonly string[] => {
  const random = createRandom(20_270_630);
  return Array.from({ length: count }, () => mutate(fullMap, random));
};

t.test("no mutation of a map makes the parser throw, and each gives a map or problems (CVE-2023-2251)", async (t) => {
  const bad = mutations(2_000).filter((text) => {
    const parsed = parseMap(text);
    return !parsed.ok && parsed.problems.length === 0;
  });
  t.strictSame(bad, []);
});

t.test("whatever YAML the reader accepts, yaml accepts too and reads the same", async (t) => {
  let accepted = 0;
  for (const text of mutations(1_000)) {
    const problems = createProblemList();
    const root = readYaml(text, problems);
    if (root === undefined || !problems.isEmpty()) continue;
    accepted += 1;
    const document = parseDocument(text, { schema: "failsafe", logLevel: "silent" });
    const meaning = document.errors.length === 0 ? document.toJS({ mapAsMap: true }) : document.errors[0]?.message;
    if (!sameMeaning(meaning, meaningOf(root))) t.strictSame(meaningOf(root), meaning, text);
  }
  t.ok(accepted > 100, `${accepted} of the mutations were still YAML that a map may use`);
});

const sameMeaning = (a: unknown, b: unknown): boolean => JSON.stringify(plain(a)) === JSON.stringify(plain(b));

const plain = (value: unknown): unknown => {
  if (value instanceof Map) return { entries: [...value].map(([key, entry]) => [key, plain(entry)]) };
  return Array.isArray(value) ? value.map(plain) : (value ?? "");
};
