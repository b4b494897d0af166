import t from "tap";
import { createAlarm } from "../../src/child/alarm.ts";
import { createFakeTimers } from "../fake-timers.ts";

t.test("an alarm rings once, for what it was set for last, and not when it was cleared", async (t) => {
  const { timers, pass } = createFakeTimers();
  const alarm = createAlarm(timers);
  const rings: string[] = [];
  alarm.set(100, () => rings.push("a"));
  await pass(50);
  alarm.set(100, () => rings.push("b"));
  await pass(99);
  t.ok(alarm.isSet());
  t.strictSame(rings, []);
  await pass(1_000);
  t.strictSame(rings, ["b"]);
  t.notOk(alarm.isSet());
  alarm.set(100, () => rings.push("c"));
  alarm.clear();
  t.notOk(alarm.isSet());
  await pass(1_000);
  t.strictSame(rings, ["b"]);
});

t.test("what has arrived when the time is up is read before it rings", async (t) => {
  const { timers, pass } = createFakeTimers();
  const alarm = createAlarm(timers);
  let hasRung = false;
  alarm.set(100, () => {
    hasRung = true;
  });
  await pass(100);
  t.notOk(hasRung);
  alarm.clear();
  await pass(100);
  t.notOk(hasRung);
});
