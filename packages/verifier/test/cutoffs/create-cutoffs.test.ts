import { createHash } from "node:crypto";
import { endings } from "@meshpass/protocol";
import t from "tap";
import { startCutoffs } from "./start-cutoffs.ts";

t.test("before the first envelope nobody is let in", async (t) => {
  const { show, token, begin, cutoffs } = await startCutoffs(t);
  t.equal(await show(token()), "no_cutoffs_yet");
  t.notOk(cutoffs.ready());
  t.equal(await begin(), "envelope");
  t.equal(await show(token()), "m1");
  t.ok(cutoffs.ready());
});

const jti = createHash("sha256").update("jti-1").digest("base64url");
const matching = [
  endings.everything,
  endings.caller("m1"),
  endings.target("m2"),
  endings.edge("m1", "m2"),
  endings.jti(jti),
  endings.kid("d-1"),
];
for (const ends of matching) {
  t.test(`a cut of "${ends}" ends the token at once, remembered or not`, async (t) => {
    const { show, token, begin, feed, take } = await startCutoffs(t);
    await begin();
    const remembered = token();
    t.equal(await show(remembered), "m1");
    take(feed.cut(ends));
    t.equal(await show(remembered), "cut");
    t.equal(await show(token({ nonce: 1 })), "cut");
    const isOfKey = ends.startsWith("kid");
    t.equal(await show(token({ gen: "1.1" })), isOfKey ? "cut" : "m1", "a token that was decided after the cut");
  });
}

t.test("a cut of others, of the other direction or of another epoch's number ends nothing", async (t) => {
  const { show, token, begin, feed, take } = await startCutoffs(t);
  await begin();
  const good = token();
  for (const ends of [endings.edge("m2", "m1"), endings.caller("m2"), endings.target("m1"), endings.kid("d-2")])
    take(feed.cut(ends));
  t.equal(await show(good), "m1");
});
