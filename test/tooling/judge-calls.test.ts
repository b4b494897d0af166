import { createHash } from "node:crypto";
import t from "tap";
import {
  findRightStatuses,
  type GuardedCall,
  type HeldToken,
  judgeCalls,
  type KnownCut,
} from "../faults/cutting/judge-calls.ts";

const token = (about: Partial<HeldToken> = {}): HeldToken => ({
  text: "a.b.c",
  caller: "m1",
  target: "m2",
  jti: "one",
  kid: "d-1",
  gen: { epoch: 1, number: 4 },
  askedAt: 1_000,
  gotAt: 1_010,
  endsAt: 301_000,
  ...about,
});
const call = (sentAt: number, about: Partial<GuardedCall> = {}): GuardedCall => ({
  receiver: "m2",
  token: token(),
  sentAt,
  answeredAt: sentAt + 5,
  status: 200,
  ...about,
});
/** The command was given at 10.000, stored at 10.005, answered at 10.010. */
const cut = (ends = "edge m1 m2", about: Partial<KnownCut> = {}): KnownCut => ({
  ends,
  epoch: 1,
  number: 5,
  since: 10_000,
  at: 10_005,
  seenAt: 10_010,
  ...about,
});
const rightOf = (call: GuardedCall, ...cuts: readonly KnownCut[]) => findRightStatuses(call, { cuts, outages: [] });

t.test("a call that was answered before the cut is to pass", async (t) => {
  t.same(rightOf(call(9_990), cut()), [200]);
});

t.test("in the second after the durable write either is right", async (t) => {
  t.same(rightOf(call(9_999), cut()), [200, 401]);
  t.same(rightOf(call(11_005), cut()), [200, 401]);
});

t.test("a call that was sent more than a second after it is to fail", async (t) => {
  t.same(rightOf(call(11_006), cut()), [401]);
});

t.test("once the operator was told that it is in force everywhere, nothing passes", async (t) => {
  t.same(rightOf(call(10_201), cut("all", { confirmedAt: 10_200 })), [401]);
  t.same(rightOf(call(10_200), cut("all", { confirmedAt: 10_200 })), [200, 401]);
});

t.test("a cut ends what it names, and nothing else", async (t) => {
  const jti = createHash("sha256").update("one").digest("base64url");
  for (const ends of ["edge m1 m2", "caller m1", "target m2", `jti ${jti}`, "all"])
    t.same(rightOf(call(12_000), cut(ends)), [401], ends);
  for (const ends of ["edge m2 m1", "edge m1 m3", "caller m2", "target m1", "jti one", "kid d-2"])
    t.same(rightOf(call(12_000), cut(ends)), [200], ends);
});

t.test("a token that was asked for once the cut was told of is to pass, whatever its gen says", async (t) => {
  const young = token({ askedAt: 10_010, gotAt: 10_020, gen: { epoch: 1, number: 4 } });
  t.same(rightOf(call(12_000, { token: young }), cut()), [200]);
});

t.test("a cut of a key ends every token of it, the younger ones too", async (t) => {
  const young = token({ askedAt: 10_020, gotAt: 10_030, gen: { epoch: 1, number: 9 } });
  t.same(rightOf(call(12_000, { token: young }), cut("kid d-1")), [401]);
});

t.test("a token that came before the cut is to fail, whatever its gen says", async (t) => {
  t.same(rightOf(call(12_000, { token: token({ gen: { epoch: 2, number: 9 } }) }), cut()), [401]);
});

t.test("of a token that was on its way meanwhile, its gen tells", async (t) => {
  const onItsWay = { askedAt: 10_005, gotAt: 10_015 };
  t.same(rightOf(call(12_000, { token: token({ ...onItsWay, gen: { epoch: 1, number: 4 } }) }), cut()), [401]);
  t.same(rightOf(call(12_000, { token: token({ ...onItsWay, gen: { epoch: 1, number: 5 } }) }), cut()), [200]);
});

t.test("a token that has ended is to fail, and may from its end on", async (t) => {
  const short = token({ endsAt: 20_000 });
  t.same(rightOf(call(19_990, { token: short })), [200]);
  t.same(rightOf(call(20_000, { token: short })), [200, 401]);
  t.same(rightOf(call(25_001, { token: short })), [401]);
});

t.test("who accepts without a feed may let a cut token in until the feed is back, no longer", async (t) => {
  const outages = [{ receiver: "m2", mode: "accept", from: 9_000, until: 14_000 } as const];
  t.same(findRightStatuses(call(14_000), { cuts: [cut()], outages }), [200, 401]);
  t.same(findRightStatuses(call(14_001), { cuts: [cut()], outages }), [401]);
  t.same(findRightStatuses(call(12_000, { receiver: "m3" }), { cuts: [cut()], outages }), [401], "another receiver");
  t.same(findRightStatuses(call(12_000), { cuts: [], outages }), [200], "and lets in whoever was not cut");
});

t.test("who refuses without a feed may answer 503, and must not let a cut token in", async (t) => {
  const outages = [{ receiver: "m2", mode: "refuse", from: 9_000, until: 14_000 } as const];
  t.same(findRightStatuses(call(11_006), { cuts: [cut()], outages }), [401, 503]);
  t.same(findRightStatuses(call(11_006), { cuts: [], outages }), [200, 503]);
  t.same(findRightStatuses(call(14_001), { cuts: [], outages }), [200]);
  t.same(findRightStatuses(call(8_000), { cuts: [], outages }), [200]);
});

t.test("who was frozen may give no answer, and must not let a cut token in", async (t) => {
  const outages = [{ receiver: "m2", mode: "frozen", from: 9_000, until: 14_000 } as const];
  t.same(findRightStatuses(call(11_006), { cuts: [cut()], outages }), [401, 503, 0]);
  t.same(findRightStatuses(call(14_001), { cuts: [cut()], outages }), [401]);
});

t.test("each call that was not answered right is found, and which way it was wrong", async (t) => {
  const allowed = call(12_000);
  const refused = call(9_000, { status: 401 });
  const lost = call(9_000, { status: 0 });
  const right = [call(9_000), call(12_000, { status: 401 }), call(10_500), call(10_500, { status: 401 })];
  t.same(judgeCalls([allowed, refused, lost, ...right], { cuts: [cut()], outages: [] }), {
    wronglyAllowed: [allowed],
    wronglyRefused: [refused, lost],
    mustPass: 3,
    mustFail: 2,
  });
});
