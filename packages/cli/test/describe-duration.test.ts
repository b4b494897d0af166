import t from "tap";
import { describeDuration, describeRoughly } from "../src/describe-duration.ts";

t.test("a length of time is told in its two largest units, rounded down", async (t) => {
  const told: readonly (readonly [number, string, string])[] = [
    [-3, "0 s", "0 s"],
    [0.9, "0 s", "0 s"],
    [59.9, "59 s", "59 s"],
    [60, "1 min", "1 min"],
    [288, "4 min 48 s", "4 min"],
    [3_659, "1 h", "1 h"],
    [3_660, "1 h 1 min", "1 h"],
    [86_399, "23 h 59 min", "23 h"],
    [90_000, "1 d 1 h", "1 d"],
    [400 * 86_400, "400 d", "400 d"],
  ];
  for (const [seconds, exactly, roughly] of told) {
    t.equal(describeDuration(seconds), exactly);
    t.equal(describeRoughly(seconds), roughly);
  }
});
