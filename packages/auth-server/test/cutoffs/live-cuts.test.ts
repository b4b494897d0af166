import { endings } from "@meshpass/protocol";
import t from "tap";
import { liveCuts } from "../../src/cutoffs/live-cuts.ts";
import { keptCuts } from "./kept-cut.ts";

const { edge, caller, target, jti, kid, everything } = endings;
const hash = jti("x".repeat(43));
const numbers = (ends: readonly string[], jtiCaller?: string) =>
  liveCuts(keptCuts(ends, jtiCaller)).map(({ number }) => number);

t.test("of cuts that end the same the last is needed", async (t) => {
  t.strictSame(numbers([edge("a", "b"), target("b"), edge("a", "b"), target("b"), edge("b", "a")]), [3, 4, 5]);
  t.strictSame(numbers([kid("d-1"), kid("d-2"), kid("d-1")]), [2, 3]);
  t.strictSame(numbers([everything, everything]), [2]);
});

t.test("a cut of a caller includes what was cut of it before, and nothing else", async (t) => {
  const cuts = [edge("a", "b"), hash, edge("b", "a"), target("a"), caller("a"), edge("a", "b")];
  t.strictSame(numbers(cuts, "a"), [3, 4, 5, 6]);
  t.strictSame(numbers(cuts, "b"), [2, 3, 4, 5, 6]);
  t.strictSame(numbers(cuts), [2, 3, 4, 5, 6], "of a jti nobody knows whose it is");
  t.strictSame(numbers([caller("a"), caller("b"), caller("a")]), [2, 3]);
});

t.test("a cut of everything includes all before it but those of keys", async (t) => {
  const cuts = [caller("a"), kid("d-1"), edge("a", "b"), target("a"), hash, everything, caller("a"), kid("s-1")];
  t.strictSame(numbers(cuts), [2, 6, 7, 8]);
});
