import t from "tap";
import { takeToken } from "../../src/limits/token-bucket.ts";

/** How many of `count` requests at `now` find a token, and the bucket after them. */
function drain(rate: Parameters<typeof takeToken>[0], fullAt: number, now: number, count = 10_000) {
  let taken = 0;
  let waitMs = 0;
  for (let i = 0; i < count; i += 1) {
    const after = takeToken(rate, fullAt, now);
    ({ fullAt, waitMs } = after);
    if (waitMs === 0) taken += 1;
  }
  return { taken, fullAt, waitMs };
}

t.test("a full bucket gives its burst, then as many as come back", async (t) => {
  for (const rate of [
    { perSecond: 10, burst: 5 },
    { perSecond: 3, burst: 7 },
    { perSecond: 1_000, burst: 2_000 },
    { perSecond: 1, burst: 60 },
    { perSecond: 1_000_000, burst: 1_000 },
  ]) {
    const now = 86_400_123;
    const first = drain(rate, 0, now);
    t.equal(first.taken, rate.burst);
    const everyMs = 1_000 / rate.perSecond;
    t.ok(Math.abs(first.waitMs - everyMs) < everyMs / 10, `${first.waitMs}`);
    const next = drain(rate, first.fullAt, now + 3 * everyMs);
    t.equal(next.taken, 3);
    t.equal(drain(rate, next.fullAt, now + 10_000 * everyMs).taken, rate.burst, "and no more than that is ever in it");
  }
});

t.test("a refused request takes nothing", async (t) => {
  const rate = { perSecond: 1, burst: 1 };
  const { fullAt } = drain(rate, 0, 1_000, 500);
  t.equal(takeToken(rate, fullAt, 2_000).waitMs, 0);
});

t.test("a clock that gives no number gets nothing, and spoils nothing", async (t) => {
  const rate = { perSecond: 1, burst: 2 };
  const bad = takeToken(rate, 5_000, Number.NaN);
  t.not(bad.waitMs, 0);
  t.equal(bad.fullAt, 5_000);
});

t.test("a clock that was set back costs the time of one burst, and gives none", async (t) => {
  const rate = { perSecond: 1, burst: 2 };
  const { fullAt } = drain(rate, 0, 3_600_000);
  const back = takeToken(rate, fullAt, 0);
  t.equal(back.waitMs, 1_000);
  t.equal(takeToken(rate, back.fullAt, 1_000).waitMs > 0, true);
  const kept = takeToken(rate, fullAt - 2_000, 0);
  t.equal(kept.waitMs > 0, true, "a bucket that is full in the future is empty now");
});
