import t from "tap";
import type { KeptCut } from "../../src/cutoffs/live-cuts.ts";
import { type MapSteps, noteMapSteps, numberFor } from "../../src/cutoffs/map-steps.ts";

const cutOf = (number: number, map: number | undefined): KeptCut => {
  return { number, map, ends: "all", caller: undefined, leavesAt: undefined };
};

t.test("who decides on a map knows the cuts up to the first that follows from a newer one", async (t) => {
  const steps = noteMapSteps([], [cutOf(1, undefined), cutOf(2, 6), cutOf(3, undefined), cutOf(4, 7), cutOf(5, 7)]);
  t.strictSame(steps, [
    { map: 6, number: 2 },
    { map: 7, number: 4 },
  ]);
  t.equal(numberFor(steps, 5, 9), 1);
  t.equal(numberFor(steps, 6, 9), 3);
  t.equal(numberFor(steps, 7, 9), 9);
  t.equal(numberFor(steps, 8, 9), 9);
  t.equal(numberFor([], 1, 9), 9);
});

t.test("what comes later does not move the first cut of a map", async (t) => {
  const steps = noteMapSteps(noteMapSteps([], [cutOf(4, 7)]), [cutOf(5, 7), cutOf(6, 6), cutOf(7, undefined)]);
  t.equal(numberFor(steps, 6, 9), 3);
});

t.test(
  "however many maps there were, few steps are kept, and who decides on an old map knows less, never more",
  async (t) => {
    let steps: MapSteps = [];
    for (let map = 2; map <= 100; map += 1) steps = noteMapSteps(steps, [cutOf(10 * map, map)]);
    t.ok(steps.length <= 16);
    for (let map = 1; map <= 100; map += 1) {
      const exact = map === 100 ? 1_000 : 10 * (map + 1) - 1;
      t.ok(numberFor(steps, map, 1_000) <= exact, `map ${map}`);
      if (map >= 90) t.equal(numberFor(steps, map, 1_000), exact);
    }
  },
);
