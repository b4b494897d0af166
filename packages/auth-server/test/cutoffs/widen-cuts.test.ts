import { endings } from "@meshpass/protocol";
import t from "tap";
import { widenCuts } from "../../src/cutoffs/widen-cuts.ts";
import { edgesOf, keptCuts } from "./kept-cut.ts";

const jtis = (count: number) => Array.from({ length: count }, (_, n) => endings.jti(`${n}`.padStart(43, "_")));
const services = (count: number) => Array.from({ length: count }, (_, n) => `s${n}`);

t.test("more than 1,000 edges and jtis of one caller become one cut of that caller", async (t) => {
  const cuts = [...edgesOf("a", 600), ...jtis(400), ...edgesOf("b", 1_000), endings.caller("a")];
  t.strictSame(widenCuts(keptCuts(cuts, "a")), []);
  t.strictSame(widenCuts(keptCuts([...cuts, endings.edge("a", "x")], "a")), [endings.caller("a")]);
  t.strictSame(widenCuts(keptCuts([...edgesOf("a", 1_001), ...edgesOf("b", 1_001)])), ["caller a", "caller b"]);
});

t.test("more than 10,000 in all become one of everything", async (t) => {
  const cuts = services(10_000).map(endings.target);
  t.strictSame(widenCuts(keptCuts(cuts)), []);
  t.strictSame(widenCuts(keptCuts([...cuts, endings.caller("a")])), [endings.everything]);
});

t.test("jtis of which nobody knows whose they are count among all", async (t) => {
  t.strictSame(widenCuts(keptCuts(jtis(10_000))), []);
  t.strictSame(widenCuts(keptCuts(jtis(10_001))), [endings.everything]);
});

t.test("cuts of callers that make it few enough are preferred to one of everything", async (t) => {
  const crowd = services(9_999).map(endings.target);
  t.strictSame(widenCuts(keptCuts([...crowd, ...edgesOf("a", 1_001)])), [endings.caller("a")]);
  t.strictSame(widenCuts(keptCuts([...crowd, endings.everything, ...edgesOf("a", 1_001)])), [endings.everything]);
});

t.test("keys that were withdrawn do not count", async (t) => {
  const keys = Array.from({ length: 10_500 }, (_, n) => endings.kid(`d-${n}`));
  t.strictSame(widenCuts(keptCuts(keys)), []);
});
