import t from "tap";
import { compareLists } from "../src/compare-lists.ts";
import { packTexts } from "../src/packed-texts.ts";

const before = packTexts(["a b", "a", "c"]);
const after = packTexts(["a", "b a c", "d"]);

t.test("a list lacks a text that the other had, whatever the order", async (t) => {
  const lacks = compareLists(before, after);
  t.strictSame(
    [0, 1, 2].map((old) => [0, 1, 2].map((now) => lacks(old, now))),
    [
      [true, false, true],
      [false, false, true],
      [true, false, true],
    ],
  );
  t.equal(lacks(1, 0), false, "and the second time the same");
});

t.test(
  "past so many texts a pair counts as lacking one, and those that were looked at stay what they were",
  async (t) => {
    const lacks = compareLists(before, after, 3);
    t.strictSame([lacks(0, 1), lacks(1, 0)], [false, false]);
    t.equal(lacks(2, 1), true);
    t.strictSame([lacks(0, 1), lacks(1, 0)], [false, false]);
  },
);
