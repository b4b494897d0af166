import t from "tap";
import { createPassedTime } from "../../src/cutoffs/passed-time.ts";

const day = 86_400_000;

function start() {
  const state = { wall: 1_795_000_000_000, passed: 5 };
  const time = createPassedTime(
    () => state.wall,
    () => state.passed,
  );
  return { state, time };
}

t.test("it is the wall clock's as long as that goes as time passes, or is behind", async (t) => {
  const { state, time } = start();
  t.equal(time(), state.wall);
  state.wall += day;
  state.passed += day;
  t.equal(time(), 1_795_000_000_000 + day);
  state.wall -= 3_600_000;
  t.equal(time(), state.wall);
});

t.test("a wall clock that is set ahead is not followed, and is again once it is right", async (t) => {
  const { state, time } = start();
  state.wall += day;
  state.passed += 1_000;
  t.equal(time(), 1_795_000_001_000);
  state.wall += 1_000 - day;
  t.equal(time(), state.wall);
});
