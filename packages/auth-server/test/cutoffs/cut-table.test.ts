import { createHash } from "node:crypto";
import { endings } from "@meshpass/protocol";
import t from "tap";
import { createCutTable, isCut } from "../../src/cutoffs/cut-table.ts";

const token = { caller: "m1", target: "m3", jti: "j" };
const epoch = 1_800_000_000;
const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");
const cuts = (ends: string) => createCutTable(epoch, [{ number: 7, ends }]);

for (const ends of ["edge m1 m3", "caller m1", "target m3", endings.jti(sha256("j")), "all"]) {
  t.test(`${ends} ends a token that was decided before it, and none that was decided after it`, async (t) => {
    t.equal(isCut(cuts(ends), token, { epoch, number: 6 }), true);
    t.equal(isCut(cuts(ends), token, { epoch, number: 0 }), true);
    t.equal(isCut(cuts(ends), token, { epoch, number: 7 }), false);
    t.equal(isCut(cuts(ends), token, { epoch, number: 8 }), false);
  });
}

t.test("a cut of something else ends nothing", async (t) => {
  const others = ["edge m3 m1", "edge m1 m2", "caller m3", "target m1", endings.jti(sha256("k")), "kid d-1"];
  for (const ends of others) t.equal(isCut(cuts(ends), token, { epoch, number: 6 }), false, ends);
});

t.test("a new epoch ends every token of an older one, and a token of a later one knows more", async (t) => {
  const table = createCutTable(epoch, [{ number: 7, ends: "all" }]);
  t.equal(isCut(createCutTable(epoch, []), token, { epoch: epoch - 1, number: 99 }), true);
  t.equal(isCut(table, token, { epoch: epoch + 1, number: 0 }), false);
});

t.test("of two cuts that end the same the later one counts", async (t) => {
  const table = createCutTable(epoch, [
    { number: 2, ends: "all" },
    { number: 9, ends: "all" },
  ]);
  t.equal(isCut(table, token, { epoch, number: 8 }), true);
});
