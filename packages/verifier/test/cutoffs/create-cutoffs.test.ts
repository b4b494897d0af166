import { createHash } from "node:crypto";
import { endings } from "@meshpass/protocol";
import t from "tap";
import { type CutoffsOptions, createCutoffs, createVerifier, type VerifierOptions } from "../../src/index.ts";
import { now } from "../fake-issuer.ts";
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
    await take(feed.cut(ends));
    t.same([await show(remembered), await show(remembered)], ["cut", "cut"], "for good");
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
    await take(feed.cut(ends));
  t.equal(await show(good), "m1");
});

t.test("a token that says nothing of the feed is refused where the feed is heeded", async (t) => {
  const { show, token, begin } = await startCutoffs(t);
  await begin();
  t.equal(await show(token({ gen: undefined })), "wrong_gen");
  t.equal(await show(token({ gen: "1" })), "wrong_gen");
});

t.test("a new epoch ends every token of the old one", async (t) => {
  const { show, token, begin, feed } = await startCutoffs(t);
  await begin();
  const old = token();
  t.equal(await show(old), "m1");
  feed.epoch = 2;
  await begin();
  t.equal(await show(old), "cut");
  t.equal(await show(token({ gen: "2.0" })), "m1");
});

t.test("an edge that was taken out and put back within one second ends the tokens from before alone", async (t) => {
  const { show, token, begin, feed, take } = await startCutoffs(t);
  await begin();
  const before = token();
  await take(feed.cut(endings.edge("m1", "m2")));
  const after = token({ gen: "1.1" });
  t.same([await show(before), await show(after)], ["cut", "m1"]);
});

const longLived = { exp: now + 3_000 };
const shortLived = { exp: now + 600 };

t.test(
  "while the feed is stale mode accept takes tokens of 10 minutes at most, says so once, and mends itself",
  async (t) => {
    const { show, token, begin, feed, take, time, told, cutoffs } = await startCutoffs(t);
    await begin();
    const [long, short] = [token(longLived), token(shortLived)];
    t.same([await show(long), await show(short)], ["m1", "m1"]);
    await time.advance(1.9);
    t.same([await show(long), told], ["m1", []]);
    await time.advance(0.2);
    t.same([await show(long), await show(short), told], ["cutoffs_stale", "m1", [true]]);
    t.match(cutoffs.status(), { condition: "stale", refused: { cutoffs_stale: 1 } });
    await time.advance(60);
    t.same(told, [true], "told once");
    await take(feed.delta());
    t.same([await show(long), await show(short), told], ["m1", "m1", [true, false]]);
  },
);

t.test("while the feed is stale a token that is known to be cut is refused as cut", async (t) => {
  const { show, token, begin, feed, take, time } = await startCutoffs(t);
  await begin();
  const old = token(shortLived);
  await take(feed.cut(endings.caller("m1")));
  await time.advance(30);
  t.equal(await show(old), "cut");
});

t.test("while the feed is stale mode refuse takes nothing, and it is stale after one second", async (t) => {
  const { show, token, begin, feed, take, time } = await startCutoffs(t, { onStaleFeed: "refuse" });
  await begin();
  const short = token(shortLived);
  await time.advance(0.9);
  t.equal(await show(short), "m1");
  await time.advance(0.1);
  t.equal(await show(short), "cutoffs_stale");
  await take(feed.delta());
  t.equal(await show(short), "m1");
});

for (const onStaleFeed of ["accept", "refuse"] as const) {
  t.test(
    `a process that was frozen takes nothing before an envelope that did not wait, in mode ${onStaleFeed}`,
    async (t) => {
      const { show, token, begin, feed, take, time, told } = await startCutoffs(t, { onStaleFeed });
      await begin();
      const short = token(shortLived);
      t.equal(await show(short), "m1");
      const lying = feed.delta();
      time.freeze(1.2);
      t.equal(await show(short), "cutoffs_frozen", "before any timer has run");
      await time.advance(0.1);
      t.same([await show(short), told], ["cutoffs_frozen", [true]], "after the late timer");
      await take(lying);
      t.equal(await show(short), "cutoffs_frozen", "after an envelope from its own buffers");
      await take(feed.delta());
      t.same([await show(short), told], ["m1", [true, false]]);
    },
  );
}

t.test("its status says how far it is, how old, and what it refused", async (t) => {
  const { show, token, begin, feed, take, time, cutoffs } = await startCutoffs(t);
  const nothing = { cut: 0, wrong_gen: 0, no_cutoffs_yet: 0, cutoffs_stale: 0, cutoffs_frozen: 0 };
  t.same(cutoffs.status(), { condition: "none", epoch: 0, head: 0, cuts: 0, ageSeconds: null, refused: nothing });
  await begin();
  await take(feed.cut(endings.caller("m1")));
  await take(feed.cut(endings.caller("m3")));
  await time.advance(0.5);
  await show(token());
  const { ageSeconds, ...status } = cutoffs.status();
  t.same(status, { condition: "live", epoch: 1, head: 2, cuts: 2, refused: { ...nothing, cut: 1 } });
  t.ok(ageSeconds !== null && Math.abs(ageSeconds - 0.5) < 0.01);
});

t.test("a lagging replica changes nothing, and the last envelope is there to prove that it lags", async (t) => {
  const { begin, feed, take, cutoffs } = await startCutoffs(t);
  await begin();
  const early = feed.head;
  await take(feed.cut(endings.caller("m1")));
  const last = feed.delta();
  await take(last);
  t.equal(cutoffs.ahead(), undefined);
  const version = cutoffs.version();
  t.equal(await take(feed.snapshot({ head: early, hash: feed.hashAt(early), cuts: [] })), "behind");
  t.match(cutoffs.status(), { head: 1, cuts: 1 });
  t.equal(cutoffs.version(), version);
  t.equal(cutoffs.ahead()?.envelope, last);
  await take(feed.delta());
  t.equal(cutoffs.ahead(), undefined);
});

t.test("so it is there to prove that a server went back to an earlier epoch", async (t) => {
  const { begin, feed, take, cutoffs } = await startCutoffs(t);
  feed.epoch = 2;
  await begin();
  const { last } = feed;
  await t.rejects(take(feed.snapshot({ epoch: 1 })), { name: "VerifierError", reason: "feed_went_back" });
  t.equal(cutoffs.ahead()?.envelope, last);
});

t.test("or that it tells another history", async (t) => {
  const { begin, feed, take, cutoffs } = await startCutoffs(t);
  await begin();
  const last = feed.cut(endings.caller("m1"));
  await take(last);
  await t.rejects(take(feed.delta(1, { hash: feed.hashAt(0) })), { name: "VerifierError", reason: "feed_forked" });
  t.equal(cutoffs.ahead()?.envelope, last);
});

t.test("a delta cannot change what was read before", async (t) => {
  const { begin, feed, take, cutoffs, show, token } = await startCutoffs(t);
  await begin();
  await take(feed.cut(endings.caller("m3")));
  await take(feed.delta(0, { cuts: [{ number: 1, ends: endings.caller("m1") }] }));
  t.same([await show(token()), await show(token({ sub: "m3" }))], ["m1", "cut"]);
  t.equal(cutoffs.status().cuts, 1);
});

t.test("another connection may be to a server whose clock is behind", async (t) => {
  const { begin, feed, take, takeCertificate, cutoffs } = await startCutoffs(t);
  await begin();
  cutoffs.connect();
  await takeCertificate(feed.certificate());
  const iat = feed.lastIat - 3;
  t.equal(await take(feed.delta(0, { iat, exp: iat + 2 })), "envelope");
  t.equal(cutoffs.status().condition, "live");
});

t.test("a lagging replica does not keep the feed live", async (t) => {
  const { begin, feed, take, cutoffs, time } = await startCutoffs(t);
  await begin();
  await take(feed.cut(endings.caller("m1")));
  for (let second = 0; second < 3; second += 1) {
    await time.advance(1);
    await take(feed.snapshot({ head: 0, hash: feed.hashAt(0), cuts: [] }));
  }
  t.equal(cutoffs.status().condition, "stale");
});

t.test("once it is closed it is no live feed any more", async (t) => {
  const { begin, show, token, time, cutoffs } = await startCutoffs(t);
  await begin();
  const short = token(shortLived);
  t.equal(await show(short), "m1");
  await cutoffs.close();
  t.equal(time.waiting(), 0);
  await time.advance(1.2);
  t.equal(await show(short), "cutoffs_frozen");
});

t.test("cut-offs without keys, in an unknown mode, or for another kind of token are the caller's bug", async (t) => {
  const { keys, cutoffs } = await startCutoffs(t);
  t.throws(() => createCutoffs({} as CutoffsOptions), { name: "TypeError", message: /keys must come/ });
  for (const wrong of [{ onStaleFeed: "warn" }, { onStale: true }, { clock: 1 }, { timers: {} }])
    t.throws(() => createCutoffs({ keys, ...wrong } as unknown as CutoffsOptions), TypeError, JSON.stringify(wrong));
  const credential = { issuers: ["auth-server"], audience: "auth-server", kind: "credential", keys } as const;
  t.throws(() => createVerifier({ ...credential, cutoffs }), {
    name: "TypeError",
    message: "verifier: cutoffs is for kind access alone",
  });
  const wrong = { ...credential, kind: "access", cutoffs: {} } as unknown as VerifierOptions;
  t.throws(() => createVerifier(wrong), { name: "TypeError", message: /remoteCutoffs/ });
});
