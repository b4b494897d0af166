import type { Confirmation } from "@meshpass/protocol";
import t from "tap";
import { createReceivers, type Receiver } from "../../src/cutoffs/receivers.ts";

const confirmation: Confirmation = {
  instance: "i-1",
  version: "0.1.0",
  epoch: 7,
  head: 3,
  kids: ["d-1"],
  keysAgeSeconds: 2,
  now: 1_000_250,
};

const forgetAfterMs = 600_000;

function start(options: { remembered?: readonly Receiver[]; maxInstances?: number } = {}) {
  const time = { now: 1_000_000 };
  const receivers = createReceivers({
    remembered: [],
    clock: () => time.now,
    forgetAfterMs,
    maxInstances: 5_000,
    ...options,
  });
  return { time, receivers };
}

t.test("a receiver is what it said last, when, and how its clock differs", async (t) => {
  const { time, receivers } = start();
  receivers.note("m1", confirmation);
  time.now += 500;
  receivers.note("m1", { ...confirmation, head: 4, now: time.now - 4_000 });
  t.strictSame(receivers.list(), [
    {
      service: "m1",
      instance: "i-1",
      version: "0.1.0",
      epoch: 7,
      head: 4,
      kids: ["d-1"],
      keysAgeSeconds: 2,
      lastHeardAt: 1_000_500,
      clockDifferenceMs: -4_000,
      live: true,
    },
  ]);
});

t.test("one that has not spoken for 15 s is not live, and is again once it speaks", async (t) => {
  const { time, receivers } = start();
  const isLive = () => receivers.list()[0]?.live;
  receivers.note("m1", confirmation);
  time.now += 14_999;
  t.equal(isLive(), true);
  time.now += 1;
  t.equal(isLive(), false);
  receivers.note("m1", confirmation);
  t.equal(isLive(), true);
});

t.test(
  "one that is silent counts until no token can be left that it accepts; one that says goodbye no more",
  async (t) => {
    const { time, receivers } = start();
    receivers.note("m1", confirmation);
    receivers.note("m2", confirmation);
    receivers.note("m2", { ...confirmation, leaving: true });
    t.strictSame(
      receivers.list().map(({ service }) => service),
      ["m1"],
    );
    time.now += forgetAfterMs;
    t.equal(receivers.list().length, 1);
    time.now += 1;
    t.equal(receivers.list().length, 0);
  },
);

t.test("what changed is given out once, for the store, a goodbye too", async (t) => {
  const { receivers } = start();
  receivers.note("m1", confirmation);
  receivers.note("m1", { ...confirmation, head: 4 });
  receivers.note("m2", confirmation);
  t.match(receivers.takeChanged(), [
    { service: "m1", head: 4, lastHeardAt: 1_000_000 },
    { service: "m2", lastHeardAt: 1_000_000 },
  ]);
  receivers.note("m2", { ...confirmation, leaving: true });
  t.match(receivers.takeChanged(), [{ service: "m2", lastHeardAt: 0 }]);
  t.strictSame(receivers.takeChanged(), []);
});

t.test("who is new is told apart, once, and those that changed besides stay for later", async (t) => {
  const { receivers } = start();
  receivers.note("m1", confirmation);
  receivers.takeChanged();
  receivers.note("m1", { ...confirmation, head: 4 });
  receivers.note("m2", confirmation);
  t.match(receivers.takeNew(), [{ service: "m2" }]);
  t.strictSame(receivers.takeNew(), []);
  receivers.note("m2", { ...confirmation, leaving: true });
  t.match(receivers.takeChanged(), [
    { service: "m1", head: 4 },
    { service: "m2", lastHeardAt: 0 },
  ]);
});

t.test("the store is told of a goodbye only by one that it may know", async (t) => {
  const { receivers } = start();
  receivers.note("m1", { ...confirmation, leaving: true });
  receivers.note("m2", confirmation);
  receivers.note("m2", { ...confirmation, leaving: true });
  t.strictSame(receivers.takeChanged(), []);
  receivers.note("m1", confirmation);
  receivers.takeChanged();
  receivers.note("m1", { ...confirmation, leaving: true });
  receivers.note("m1", confirmation);
  receivers.note("m1", { ...confirmation, leaving: true });
  t.match(receivers.takeChanged(), [{ service: "m1", lastHeardAt: 0 }]);
});

t.test("instances of one service are bounded, those of others untouched: the longest silent goes", async (t) => {
  const remembered = [
    { ...confirmation, service: "m1", instance: "old", lastHeardAt: 999_000, clockDifferenceMs: 0 },
    { ...confirmation, service: "m1", instance: "older", lastHeardAt: 998_000, clockDifferenceMs: 0 },
    { ...confirmation, service: "m2", instance: "other", lastHeardAt: 997_000, clockDifferenceMs: 0 },
  ];
  const { receivers } = start({ remembered, maxInstances: 2 });
  receivers.note("m1", { ...confirmation, instance: "new" });
  const instances = receivers.list().map(({ instance }) => instance);
  t.strictSame(instances.sort(), ["new", "old", "other"]);
  const changes = receivers.takeChanged().map(({ instance, lastHeardAt }) => [instance, lastHeardAt]);
  const gone = [
    ["new", 1_000_000],
    ["older", 0],
  ];
  t.strictSame(changes.sort(), gone, "one whose place was taken goes from the store, too");
  for (let index = 0; index < 100; index++) receivers.note("m1", { ...confirmation, instance: `flood-${index}` });
  t.equal(receivers.list().length, 3);
  t.equal(receivers.takeChanged().length, 4, "and a flood leaves no more to store than there are places");
});

t.test("of those that went without a goodbye the last 100 of a service are waited for, of others all", async (t) => {
  const remembered = ["lost-1", "lost-2"].map((instance) => {
    return { ...confirmation, service: "m2", instance, lastHeardAt: 900_000, clockDifferenceMs: 0 };
  });
  const { time, receivers } = start({ remembered });
  for (let index = 0; index < 300; index++) receivers.note("m1", { ...confirmation, instance: `i-${index}` });
  time.now += 59_999;
  receivers.note("m1", { ...confirmation, instance: "i-7" });
  t.equal(receivers.list().length, 302, "for a minute they may be on their way back");
  receivers.takeChanged();
  time.now += 1;
  t.equal(receivers.list().length, 103);
  const names = receivers.list().map(({ instance }) => instance);
  t.ok(["lost-1", "lost-2", "i-7", "i-200", "i-299"].every((name) => names.includes(name)));
  t.notOk(names.includes("i-199"));
  const gone = receivers.takeChanged().filter(({ lastHeardAt }) => lastHeardAt === 0);
  t.equal(gone.length, 199, "the store forgets them too");
});

t.test("a server that was down gives everybody a minute to come back", async (t) => {
  const remembered = Array.from({ length: 300 }, (_, index) => {
    return { ...confirmation, service: "m1", instance: `i-${index}`, lastHeardAt: 700_000, clockDifferenceMs: 0 };
  });
  const { time, receivers } = start({ remembered });
  time.now += 59_999;
  t.equal(receivers.list().length, 300);
  time.now += 1;
  t.equal(receivers.list().length, 100);
});
