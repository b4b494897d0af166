import t from "tap";
import { isPrinted, readAnchors, readExamples, readLinks, readScripts } from "./read-markdown.ts";

t.test("a ts block is an example, with its line; other blocks are none", async (t) => {
  const page = "# Title\n\n```ts\nconst a = 1;\n```\n\n```sh\npnpm start\n```\n\n```ts\nconst b = 2;\n```\n";
  t.strictSame(readExamples(page), [
    { code: "const a = 1;\n", line: 3 },
    { code: "const b = 2;\n", line: 11 },
  ]);
});

t.test("a text block that comes next is the output of an example, but not across a heading", async (t) => {
  t.strictSame(readExamples("```ts\na\n```\n\nIt prints:\n\n```text\n1\n```\n"), [
    { code: "a\n", line: 1, output: "1\n" },
  ]);
  t.strictSame(readExamples("```ts\na\n```\n\n## Next\n\n```text\n1\n```\n"), [{ code: "a\n", line: 1 }]);
  t.strictSame(readExamples("```ts\n# a\n```\n```text\n# 1\n```\n"), [{ code: "# a\n", line: 1, output: "# 1\n" }]);
});

t.test("three dots in an output stand for anything, and nothing else does", async (t) => {
  t.ok(isPrinted("a\nb\n", "a\nb\n"));
  t.ok(isPrinted("token eyJ.x.y\nend\n", "token ...\nend\n"));
  t.ok(isPrinted("a (1+1)\n", "a (1+1)\n"));
  t.notOk(isPrinted("a\nb\n", "a\n"));
  t.notOk(isPrinted("axb", "a.b"));
});

t.test("relative links are read, with their anchors; addresses and code are not", async (t) => {
  const page =
    "[a](docs/a.md#b) ![p](p.svg) [w](https://x.org) [m](mailto:x) `[c](c.md)`\n\n[r]: ../r.md\n```\n[d](d.md)\n```\n";
  t.strictSame(readLinks(page), ["docs/a.md#b", "p.svg", "../r.md"]);
});

t.test("the scripts of a page are read from its code alone", async (t) => {
  const page =
    "pnpm is fine. `npx -y pnpm@12 start` `pnpm run check` `pnpm -r pack`\n\n```sh\npnpm meshpass check m1 m2\n```\n";
  t.strictSame(readScripts(page), ["meshpass", "start", "check"]);
});

t.test("a heading's anchor is its words in lower case, joined by hyphens", async (t) => {
  t.strictSame(readAnchors("# Who may call whom\n```\n# no heading\n```\n## `decide`, and why\n"), [
    "who-may-call-whom",
    "decide-and-why",
  ]);
});
