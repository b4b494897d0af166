import { getEventListeners } from "node:events";
import t from "tap";
import { startDeadline } from "../src/deadline.ts";

const never = () => new Promise<never>(() => {});
const late = () => new Error("late");

t.test("work that is done in time is what comes out", async (t) => {
  const deadline = startDeadline(1_000, late);
  t.equal(await deadline.race(Promise.resolve(7)), 7);
  deadline.end();
});

t.test("work that never ends is over at its limit, whatever it does", async (t) => {
  const deadline = startDeadline(20, late);
  await t.rejects(deadline.race(never()), { message: "late" });
  t.match(deadline.over(), { reason: { message: "late" } });
  deadline.onOver((reason) => t.match(reason, { message: "late" }, "also who asks only now"));
  t.plan(3);
});

t.test("the caller's abort ends it with the caller's own reason, before or during the work", async (t) => {
  const reason = new Error("mine");
  await t.rejects(startDeadline(1_000, late, AbortSignal.abort(reason)).race(never()), reason);
  const controller = new AbortController();
  const waiting = startDeadline(1_000, late, controller.signal).race(never());
  controller.abort(reason);
  await t.rejects(waiting, reason);
  t.equal(getEventListeners(controller.signal, "abort").length, 0);
});

t.test("a caller's signal that outlives many calls keeps no listener of theirs", async (t) => {
  const { signal } = new AbortController();
  await t.rejects(startDeadline(1, late, signal).race(never()));
  t.equal(getEventListeners(signal, "abort").length, 0);
});

t.test("an ended deadline keeps neither timer nor listener", async (t) => {
  const controller = new AbortController();
  const deadline = startDeadline(10, late, controller.signal);
  deadline.end();
  controller.abort();
  await new Promise((resolve) => setTimeout(resolve, 25));
  t.equal(deadline.over(), undefined);
});

t.test("what fails under it is told to stop, and the first reason stands", async (t) => {
  const deadline = startDeadline(10, late);
  const reason = new Error("first");
  const told: unknown[] = [];
  deadline.onOver((why) => told.push(why));
  deadline.fail(reason);
  deadline.fail(new Error("second"));
  await new Promise((resolve) => setTimeout(resolve, 25));
  t.same(told, [reason]);
  t.equal(deadline.over()?.reason, reason);
});
