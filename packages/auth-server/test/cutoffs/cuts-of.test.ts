import { endings } from "@meshpass/protocol";
import t from "tap";
import { cutsOf } from "../../src/cutoffs/cuts-of.ts";

const targets = (count: number) => Array.from({ length: count }, (_, n) => `t${n}`);
const callers = (count: number, each: number) => {
  const same = targets(each);
  return Array.from({ length: count }, (_, n) => ({ caller: `c${n}`, targets: same }));
};

t.test("each edge that lost something is cut", async (t) => {
  t.strictSame(cutsOf([]), []);
  t.strictSame(
    cutsOf([
      { caller: "m1", targets: ["m2", "m3"] },
      { caller: "m3", targets: ["m1"] },
    ]),
    [endings.edge("m1", "m2"), endings.edge("m1", "m3"), endings.edge("m3", "m1")],
  );
});

t.test("more than 1,000 edges of one caller are cut as that caller", async (t) => {
  t.equal(cutsOf(callers(1, 1_000)).length, 1_000);
  t.strictSame(cutsOf([...callers(1, 1_001), { caller: "m1", targets: ["m2"] }]), [
    endings.caller("c0"),
    endings.edge("m1", "m2"),
  ]);
});

t.test("more than 10,000 cuts are one of everything", async (t) => {
  t.equal(cutsOf(callers(10, 1_000)).length, 10_000);
  t.strictSame(cutsOf([...callers(10, 1_000), { caller: "m1", targets: ["m2"] }]), [endings.everything]);
  t.equal(cutsOf(callers(10_000, 1_001)).length, 10_000, "a caller is one cut");
  t.strictSame(cutsOf(callers(10_001, 1_001)), [endings.everything]);
});
