import t from "tap";
import { createFeedTime } from "../../src/cutoffs/feed-time.ts";

function start() {
  const state = { wall: 1_795_000_000_000, passed: 0, steps: 0 };
  const time = createFeedTime(
    () => state.wall,
    () => state.passed,
    () => (state.steps += 1),
  );
  const pass = (ms: number): void => {
    state.wall += ms;
    state.passed += ms;
  };
  return { state, time, pass };
}

t.test("it is the wall clock's, in seconds to the millisecond, and always later than before", async (t) => {
  const { time, pass } = start();
  t.equal(time.next(), 1_795_000_000);
  t.equal(time.next(), 1_795_000_000.001, "twice in one millisecond");
  pass(250);
  t.equal(time.next(), 1_795_000_000.25);
});

t.test("a wall clock that is slewed by less than a second changes nothing", async (t) => {
  const { state, time, pass } = start();
  time.next();
  pass(1_000);
  state.wall -= 900;
  t.equal(time.next(), 1_795_000_001);
  t.equal(state.steps, 0);
});

t.test("a wall clock that was set is followed, and whoever depends on the old time is told", async (t) => {
  const { state, time, pass } = start();
  time.next();
  pass(1_000);
  state.wall -= 3_600_000;
  t.equal(time.next(), 1_795_000_001 - 3_600);
  t.equal(state.steps, 1);
  pass(1_000);
  t.equal(time.next(), 1_795_000_002 - 3_600);
  t.equal(state.steps, 1, "once");
});
