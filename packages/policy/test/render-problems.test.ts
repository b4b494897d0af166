import { type Problem, parseMap, renderProblems } from "@meshpass/policy";
import t from "tap";
import { withInteractions } from "./parsed.ts";

const problem = (line: number, column: number): Problem => ({
  line,
  column,
  code: "syntax",
  message: "no",
  remedy: "yes",
});
const render = (text: string, ...problems: readonly Problem[]) =>
  renderProblems(text, { problems, omitted: 0 }, { file: "map.yaml" });

t.test("a problem is shown with its place, its remedy, the source line and a caret", async (t) => {
  const text = withInteractions("m1: [M2]");
  const parsed = parseMap(text);
  t.strictSame(parsed.ok || renderProblems(text, parsed, { file: "map.yaml" }), [
    'map.yaml:3:8: "M2" cannot be a name; write m2',
    "    m1: [M2]",
    "         ^",
  ]);
});

t.test("a long line is cut to 80 columns around the caret", async (t) => {
  const text = `${"a".repeat(500)}X${"b".repeat(500)}`;
  for (const column of [1, 39, 40, 501, 980, 1_001, 1_002]) {
    const [, source = "", caret = ""] = render(text, problem(1, column));
    t.equal(source.length, 80);
    t.ok(caret.length <= 80);
    if (column === 501) t.equal(source[caret.length - 1], "X");
  }
});

t.test("what a terminal would obey is made visible, in the file's name too", async (t) => {
  const text = "m1: \u001b]0;owned\u0007 \u009b2J \u202e\tx\r\n";
  t.strictSame(renderProblems(text, { problems: [problem(1, 5)], omitted: 0 }, { file: "a\u001b[2J.yaml" }), [
    "a\\u001b[2J.yaml:1:5: no; yes",
    "  m1: \\u001b]0;owned\\u0007 \\u009b2J \\u202e x",
    "      ^",
  ]);
});

t.test("a place behind the text is shown under an empty line", async (t) => {
  t.strictSame(render("a\n", problem(2, 1)), ["map.yaml:2:1: no; yes", "  ", "  ^"]);
  t.strictSame(render("a\n", problem(9, 3)), ["map.yaml:9:3: no; yes", "  ", "  ^"]);
});

t.test("problems that are not listed are counted", async (t) => {
  t.strictSame(renderProblems("a", { problems: [problem(1, 1)], omitted: 7 }, { file: "f" }).at(-1), "and 7 more");
  t.strictSame(renderProblems("a", { problems: [], omitted: 0 }, { file: "f" }), []);
});
