import t from "tap";
import { packNodes } from "../src/packed-nodes.ts";
import type { ScalarNode, YamlNode } from "../src/yaml-node.ts";

const scalar = (text: string, line: number, plain = true): ScalarNode => {
  return { kind: "scalar", text, plain, line, column: line + 10 };
};

const nodes: readonly YamlNode[] = [
  scalar("m1", 1),
  scalar("", 2, false),
  {
    kind: "mapping",
    entries: [
      { key: scalar("target", 3), value: scalar("m2", 4) },
      { key: scalar("scopes", 5), value: { kind: "list", items: [scalar("read", 6)], line: 7, column: 8 } },
      { key: scalar("reason", 9), value: { kind: "empty", line: 10, column: 11 } },
    ],
    line: 12,
    column: 13,
  },
  { kind: "list", items: [], line: 14, column: 15 },
  { kind: "mapping", entries: [], line: 16, column: 17 },
];

t.test("packed nodes are as they were, each time that somebody goes through them", async (t) => {
  const packed = packNodes(nodes);
  t.equal(packed.length, nodes.length);
  t.strictSame([...packed], nodes);
  t.strictSame([...packed], nodes);
  t.strictSame([...packNodes([])], []);
});

t.test("who stops in the middle disturbs nobody", async (t) => {
  const packed = packNodes(nodes);
  const [first] = packed;
  t.strictSame(first, nodes[0]);
  t.strictSame([...packed], nodes);
});
