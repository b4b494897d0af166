import t, { type Test } from "tap";
import { createFeedAge } from "../../src/cutoffs/feed-age.ts";

const start = 50_000;
/** A feed whose sender's clock has another zero, with an envelope made and arrived `start` ms from ours. */
function begin(limitMs = 2_000) {
  const age = createFeedAge(limitMs, start);
  const iatAt = (ms: number) => (1_800_000_000_000 + ms) / 1_000;
  /** An envelope made at one moment arrives at another; the process runs all the while. */
  const arrive = (madeAt: number, arrivedAt = madeAt) => {
    age.noteTime(arrivedAt);
    age.noteEnvelope(iatAt(madeAt), arrivedAt);
  };
  return { age, arrive, iatAt };
}
const isLive = (t: Test, age: ReturnType<typeof createFeedAge>, now: number, expected: boolean, why = "") => {
  t.equal(now < age.liveUntil(), expected, `by the limit ${why}`);
  t.equal(age.conditionAt(now) === "live", expected, `by the condition ${why}`);
};

t.test("before the first envelope it is of no age", async (t) => {
  const { age } = begin();
  t.equal(age.conditionAt(start), "none");
  t.equal(age.ageAt(start), undefined);
  t.notOk(start < age.liveUntil());
});

t.test("it is live for the limit after its newest envelope was made", async (t) => {
  for (const limit of [1_000, 2_000]) {
    const { age, arrive } = begin(limit);
    arrive(start);
    for (let now = start; now < start + limit; now += 100) age.noteTime(now);
    isLive(t, age, start + limit - 1, true);
    isLive(t, age, start + limit, false);
    t.equal(age.conditionAt(start + limit), "stale");
    t.equal(age.ageAt(start + limit), limit);
  }
});

t.test("an envelope that was held back counts from when it was made", async (t) => {
  const { age, arrive } = begin();
  arrive(start);
  arrive(start + 1_000, start + 2_500);
  t.equal(age.ageAt(start + 2_500), 1_500);
  age.noteTime(start + 3_000);
  isLive(t, age, start + 3_000, false);
  arrive(start + 2_900, start + 3_000);
  isLive(t, age, start + 3_000, true, "once a newer one is there");
});

t.test("the fastest delivery counts as immediate, even when it comes later", async (t) => {
  const { age, arrive } = begin();
  arrive(start, start + 700);
  t.equal(age.ageAt(start + 700), 0, "nothing tells the delay of the first");
  arrive(start + 1_000, start + 1_000);
  arrive(start + 2_000, start + 2_700);
  t.equal(age.ageAt(start + 2_700), 700);
});

t.test("clocks that drift apart for a week do not make a feed old", async (t) => {
  for (const drift of [0.999_9, 1.000_1]) {
    const { age, iatAt } = begin(1_000);
    const week = 604_800_000;
    for (let passed = 0; passed < week; passed += 30_000) {
      age.noteTime(start + passed);
      age.noteEnvelope(iatAt(passed * drift), start + passed);
    }
    t.ok((age.ageAt(start + week - 30_000) ?? 1_000) < 200, `${drift}`);
  }
});

t.test("the fastest delivery is remembered for ten minutes at least", async (t) => {
  const { age, arrive } = begin();
  arrive(start);
  arrive(start + 599_000, start + 599_300);
  arrive(start + 601_000, start + 601_700);
  t.equal(age.ageAt(start + 601_700), 700);
  arrive(start + 1_202_000, start + 1_202_700);
  t.equal(age.ageAt(start + 1_202_700), 0);
});

t.test("a new connection is measured anew: another server has another clock", async (t) => {
  const { age, arrive } = begin();
  arrive(start);
  age.connect();
  isLive(t, age, start + 500, true, "until its first envelope the old one counts");
  arrive(start - 4_000, start + 600);
  t.equal(age.ageAt(start + 600), 0);
  isLive(t, age, start + 600, true);
});

t.test("a process that did not note the time for 1.1 s was frozen, and refuses at once", async (t) => {
  const { age, arrive } = begin(5_000);
  arrive(start);
  isLive(t, age, start + 1_099, true);
  t.notOk(start + 1_101 < age.liveUntil(), "before the timer that is late has had its turn");
  t.equal(age.conditionAt(start + 1_101), "frozen");
  age.noteTime(start + 1_150);
  t.equal(age.conditionAt(start + 1_150), "frozen", "and after it");
  t.notOk(start + 1_150 < age.liveUntil());
});

t.test("the late timer alone notices it too", async (t) => {
  const { age, arrive } = begin(5_000);
  arrive(start);
  age.noteTime(start + 1_200);
  isLive(t, age, start + 1_201, false);
});

t.test(
  "a frozen process is live again with an envelope that did not wait, not with one from its own buffers",
  async (t) => {
    const { age, iatAt, arrive } = begin(5_000);
    arrive(start);
    const thawed = start + 4_000;
    for (const madeAt of [1_000, 2_000, 2_999]) age.noteEnvelope(iatAt(start + madeAt), thawed);
    t.equal(age.conditionAt(thawed), "frozen");
    age.noteEnvelope(iatAt(start + 3_500), thawed);
    isLive(t, age, thawed, true);
  },
);
