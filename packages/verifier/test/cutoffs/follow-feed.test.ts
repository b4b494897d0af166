import { endings } from "@meshpass/protocol";
import t from "tap";
import { settle } from "../fake-time.ts";
import { startFollowing } from "./start-following.ts";

t.test("a cut is in force as soon as it has arrived", async (t) => {
  const { feed, greet, deliver, show, token } = await startFollowing(t);
  await greet();
  const remembered = token();
  t.equal(await show(remembered), "m1");
  await deliver(feed.cut(endings.caller("m1")));
  t.equal(await show(remembered), "cut");
});

t.test("what arrived in one piece is in force together", async (t) => {
  const { feed, greet, current, cutoffs, far } = await startFollowing(t);
  await greet();
  const events = [feed.cut(endings.caller("m3")), feed.cut(endings.caller("m4")), feed.delta()];
  const seen = new Set<number>();
  const watch = setInterval(() => seen.add(cutoffs.status().head), 0);
  t.teardown(() => clearInterval(watch));
  current().write(events.map((data) => `event: envelope\ndata: ${data}\n\n`).join(""));
  for (let turn = 0; turn < 20 && far.envelopes < 4; turn += 1) await settle();
  t.equal(cutoffs.status().head, 2);
  t.notOk(seen.has(1), "never in between");
});

t.test("events of unknown types are passed over", async (t) => {
  const { feed, greet, send, deliver, failures } = await startFollowing(t);
  await greet();
  send("news", "of later versions");
  await deliver(feed.delta());
  t.same(failures, []);
});

t.test("a connection that ends is opened again from the last envelope, and said", async (t) => {
  const { feed, greet, deliver, connections, current, time, failures, cutoffs } = await startFollowing(t);
  t.equal(current().resumesFrom, undefined);
  await greet();
  await deliver(feed.cut(endings.caller("m3")));
  current().end();
  await time.advance(0.1);
  t.same(failures, ["feed_ended"]);
  t.equal(connections.length, 2);
  t.same(current().resumesFrom, { epoch: 1, number: 1 });
  t.equal(cutoffs.status().condition, "live", "a break of a tenth of a second is no outage");
});

t.test("pauses double from 0.1 s to 5 s while nothing arrives, and begin anew after an envelope", async (t) => {
  const { connections, current, time, greet, far } = await startFollowing(t);
  for (const pause of [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5]) {
    const { length } = connections;
    current().end();
    await time.advance(pause - 0.001);
    t.equal(connections.length, length, `not within ${pause} s`);
    await time.advance(0.001);
    t.equal(connections.length, length + 1, `after ${pause} s`);
  }
  t.equal(far.prepared, 8, "before each it has seen to what it needs");
  await greet();
  current().end();
  const { length } = connections;
  await time.advance(0.1);
  t.equal(connections.length, length + 1);
});

t.test("a pause is any part of its length, by chance", async (t) => {
  const { connections, current, time } = await startFollowing(t, { random: () => 0.25 });
  current().end();
  await time.advance(0.024);
  t.equal(connections.length, 1);
  await time.advance(0.001);
  t.equal(connections.length, 2);
});

t.test("nobody listening is tried again, and mends itself", async (t) => {
  const { connections, current, time, far, failures, greet, cutoffs } = await startFollowing(t);
  far.isDown = true;
  current().end();
  await time.advance(1);
  t.ok(failures.includes("feed_unreachable"));
  t.equal(connections.length, 1);
  far.isDown = false;
  await time.advance(2);
  t.equal(connections.length, 2);
  await greet();
  t.equal(cutoffs.status().condition, "live");
});

t.test("a connection that brings no envelope for 5 s is dropped, before the first and after", async (t) => {
  const { connections, time, failures, greet, deliver, feed, current } = await startFollowing(t);
  await time.advance(5);
  t.same(failures, ["feed_silent"]);
  t.ok(connections[0]?.isDropped());
  await time.advance(0.1);
  await greet();
  for (let second = 0; second < 7; second += 1) {
    await time.advance(1);
    await deliver(feed.delta());
  }
  t.equal(connections.length, 2, "it stays while envelopes come");
  await time.advance(4.9);
  t.notOk(current().signal.aborted);
  await time.advance(0.2);
  t.same(failures, ["feed_silent", "feed_silent"]);
});

t.test("a connection to a replica that lags for 5 s is dropped too", async (t) => {
  const { time, failures, greet, deliver, feed, send, connections } = await startFollowing(t);
  await greet();
  await deliver(feed.cut(endings.caller("m3")));
  for (let second = 0; second < 5; second += 1) {
    await time.advance(0.9);
    send("envelope", feed.snapshot({ head: 0, hash: feed.hashAt(0), cuts: [] }));
  }
  t.same(failures, [], "a lagging replica is no failure");
  await time.advance(1);
  t.same(failures, ["feed_silent"]);
  t.equal(connections.length, 2);
});

t.test("after a long outage it resumes and is live again, with what was cut meanwhile", async (t) => {
  const { current, time, far, failures, greet, show, token, feed, cutoffs, told } = await startFollowing(t);
  await greet();
  const remembered = token();
  t.equal(await show(remembered), "m1");
  far.isDown = true;
  current().end();
  await time.advance(30);
  t.same(told, [true]);
  t.ok(failures.length < 20, "it did not hammer");
  feed.add(endings.caller("m1"));
  far.isDown = false;
  await time.advance(5);
  await greet();
  t.equal(await show(remembered), "cut");
  t.match([cutoffs.status().condition, told], ["live", [true, false]]);
});

t.test("once it is stopped it opens nothing, says nothing, and leaves no timer", async (t) => {
  const { stop, current, time, connections, failures, cutoffs } = await startFollowing(t);
  stop();
  await settle();
  t.ok(current().signal.aborted);
  await cutoffs.close();
  t.equal(time.waiting(), 0);
  await time.advance(60);
  t.same([connections.length, failures], [1, []]);
});

t.test("it can be stopped in a pause", async (t) => {
  const { stop, current, time, connections } = await startFollowing(t);
  current().end();
  await time.advance(0.05);
  stop();
  await time.advance(60);
  t.equal(connections.length, 1);
});

t.test("it can be told to make another connection, which it does once a minute at most", async (t) => {
  const { renew, connections, current, time, greet, feed, deliver, failures, cutoffs } = await startFollowing(t);
  await greet();
  renew();
  await time.advance(0.1);
  t.same([connections.length, failures], [2, ["feed_unlisted"]]);
  t.ok(connections[0]?.isDropped());
  t.same(current().resumesFrom, { epoch: 1, number: 0 });
  await greet();
  for (let second = 0; second < 59; second += 1) {
    renew();
    await time.advance(1);
    await deliver(feed.delta());
  }
  t.equal(connections.length, 2);
  await time.advance(1);
  renew();
  await time.advance(0.1);
  t.equal(connections.length, 3);
  t.equal(cutoffs.status().condition, "live");
});
