import t from "tap";
import { createSteadyClock } from "../../src/limits/steady-clock.ts";

function start(ms: number, notBefore = 0) {
  const time = { ms, monotonic: 5_000 };
  const now = createSteadyClock({ clock: () => time.ms, monotonic: () => time.monotonic }, notBefore);
  return { time, now };
}

t.test("it follows the clock forward, small steps and great ones", async (t) => {
  const { time, now } = start(1_000_000);
  t.equal(now(), 1_000);
  time.ms += 1_500;
  t.equal(now(), 1_001.5);
  time.ms += 86_400_000;
  t.equal(now(), 87_401.5);
});

t.test("while the clock is behind, it goes on at the pace of the other one", async (t) => {
  const { time, now } = start(1_000_000);
  now();
  time.ms -= 600_000;
  t.equal(now(), 1_000);
  time.monotonic += 2_000;
  t.equal(now(), 1_002);
  time.ms = 1_003_000;
  t.equal(now(), 1_003);
});

t.test("a clock that gives no number does not stop it", async (t) => {
  for (const none of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const { time, now } = start(1_000_000);
    now();
    time.ms = none;
    time.monotonic += 500;
    t.equal(now(), 1_000.5);
    time.ms = 2_000_000;
    t.equal(now(), 2_000);
  }
});

t.test("it begins no earlier than it is told", async (t) => {
  t.equal(start(1_000_000, 5_000).now(), 5_000);
  t.equal(start(Number.NaN).now(), 0);
});
