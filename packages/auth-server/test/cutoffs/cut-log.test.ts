import { join } from "node:path";
import { parseMap } from "@meshpass/policy";
import t, { type Test } from "tap";
import { type CutLog, createCutLog } from "../../src/cutoffs/cut-log.ts";
import type { CutStore, FeedReading } from "../../src/store/cut-store.ts";
import { putMapInForce } from "../../src/store/map-store.ts";
import { openStore } from "../../src/store/store.ts";
import { mapOf } from "../start-server.ts";

const start = 1_800_000_000;
const day = 86_400 + 10;

/** A log over a store that began at `start`; `calls` counts what its listener heard. */
async function open(t: Test) {
  const path = join(t.testdir(), "auth-server.sqlite");
  const store = await openStore(path, () => start * 1_000);
  t.teardown(() => store.close());
  const log = await createCutLog(store);
  const calls: number[] = [];
  const stop = log.onAppend(() => calls.push(log.head().number));
  return { store, path, log, calls, stop };
}

const texts = (cuts: ReturnType<CutLog["after"]>) => cuts?.map(({ number, ends }) => `${number} ${ends}`);

t.test("the log begins with what the store keeps", async (t) => {
  const { store } = await open(t);
  await store.addCuts(["edge m1 m3", "caller m1", "kid d-1"], start);
  const log = await createCutLog(store);
  const { epoch, head, hash } = await store.feed();
  t.strictSame(log.head(), { epoch, number: head, hash });
  t.strictSame(log.live(), [
    { number: 1, ends: "all" },
    { number: 3, ends: "caller m1" },
    { number: 4, ends: "kid d-1" },
  ]);
  t.strictSame(texts(log.after(0)), ["1 all", "2 edge m1 m3", "3 caller m1", "4 kid d-1"]);
});

t.test("what is appended to the store counts once the log has caught up, and each step is told", async (t) => {
  const { store, log, calls, stop } = await open(t);
  const gen = log.generationFor(1);
  await store.addCuts(["edge m1 m3"], start);
  t.equal(log.isCut({ caller: "m1", target: "m3", jti: "j" }, gen), false);
  await log.catchUp();
  t.equal(log.isCut({ caller: "m1", target: "m3", jti: "j" }, gen), true);
  t.equal(log.isCut({ caller: "m1", target: "m3", jti: "j" }, log.generationFor(1)), false);
  t.equal(log.isCut({ caller: "m1", target: "m2", jti: "j" }, gen), false);
  await log.catchUp();
  t.strictSame(calls, [2], "nothing new is no step");
  await store.addCuts(["caller m2", "caller m3"], start);
  await Promise.all([log.catchUp(), log.catchUp()]);
  t.strictSame(calls, [2, 4]);
  t.equal(log.head().hash, (await store.feed()).hash);
  stop();
  await store.addCuts(["all"], start);
  await log.catchUp();
  t.strictSame(calls, [2, 4], "and no listener that has left");
});

t.test("who has read up to a number gets what came after it, without a gap", async (t) => {
  const { store, log } = await open(t);
  await store.addCuts(["caller m1", "caller m1", "all"], start);
  await log.catchUp();
  t.strictSame(texts(log.after(0)), ["1 all", "2 caller m1", "3 caller m1", "4 all"]);
  t.strictSame(texts(log.after(3)), ["4 all"]);
  t.strictSame(texts(log.after(4)), []);
  for (const none of [5, -1, 1.5, Number.NaN]) t.equal(log.after(none), undefined);
  t.strictSame(texts(log.live()), ["4 all"]);
});

t.test("the last 10,000 numbers are kept, also over a restart", async (t) => {
  const { store, log } = await open(t);
  await store.addCuts(
    Array.from({ length: 10_004 }, () => "caller m1"),
    start,
  );
  await log.catchUp();
  for (const each of [log, await createCutLog(store)]) {
    t.equal(each.head().number, 10_005);
    t.equal(each.after(4), undefined);
    t.equal(each.after(5)?.length, 10_000);
    t.equal(each.after(5)?.[0]?.number, 6);
    t.strictSame(texts(each.live()), ["1 all", "10005 caller m1"]);
  }
});

t.test("where a cut has left nobody is led over the gap", async (t) => {
  const { store, log } = await open(t);
  await store.addCuts(["kid d-1"], start);
  await store.addCuts(["caller m1"], start + 9);
  await log.catchUp();
  await log.forgetLeft(start + day);
  t.strictSame(texts(log.live()), ["2 kid d-1", "3 caller m1"]);
  t.equal(log.isCut({ caller: "m2", target: "m3", jti: "j" }, { epoch: start, number: 0 }), false);
  await log.forgetLeft(start + day + 9);
  await store.addCuts(["caller m2"], start + day);
  await log.catchUp();
  const again = await createCutLog(store);
  t.strictSame(again.live(), log.live());
  t.strictSame(texts(again.live()), ["2 kid d-1", "4 caller m2"]);
  t.equal(again.after(2), undefined);
  t.strictSame(texts(again.after(3)), ["4 caller m2"]);
});

t.test(
  "a cut of a map is there before the map is in force, and who decides on the last one is cut with it",
  async (t) => {
    const at = (map: number, number: number, ends: string) => {
      return { number, ends, caller: "m1", leavesAt: undefined, map };
    };
    const cuts = [at(6, 1, "all"), at(7, 2, "edge m1 m3")];
    const reading: FeedReading = { epoch: start, head: 2, hash: "", cuts };
    const log = await createCutLog({ feed: async () => reading, forgetCuts: async () => undefined });
    t.strictSame(log.generationFor(6), { epoch: start, number: 1 });
    t.equal(log.isCut({ caller: "m1", target: "m3", jti: "j" }, log.generationFor(6)), true);
    t.strictSame(log.generationFor(7), { epoch: start, number: 2 });
    t.equal(log.isCut({ caller: "m1", target: "m3", jti: "j" }, log.generationFor(7)), false);
  },
);

t.test("what was cut by maps that came one after the other is known of each", async (t) => {
  const { store, path, log } = await open(t);
  const put = (...targets: string[]) => {
    const parsed = parseMap(mapOf(`  m1: [${targets.join(", ")}]`));
    if (!parsed.ok) throw new Error("it has problems");
    return putMapInForce(path, {
      map: parsed.map,
      digest: targets.join(),
      at: start,
      defaultLifetimeSeconds: 300,
    });
  };
  await put("m1", "m2", "m3");
  for (const change of [() => put("m1", "m2"), () => store.addCuts(["caller m9"], start), () => put("m1")]) {
    await change();
    await log.catchUp();
  }
  t.strictSame(texts(log.after(0)), ["1 all", "2 edge m1 m3", "3 caller m9", "4 edge m1 m2"]);
  t.strictSame(
    [1, 2, 3].map((map) => log.generationFor(map).number),
    [1, 3, 4],
  );
});

t.test("a higher epoch takes the place of the last one whole", async (t) => {
  const { store, log, calls } = await open(t);
  await store.addCuts(["caller m1", "kid d-1"], start);
  await log.catchUp();
  const gen = log.generationFor(1);
  await store.startEpoch(start + 1, start + 1);
  await log.catchUp();
  t.match(log.head(), { epoch: start + 1, number: 2 });
  t.strictSame(texts(log.live()), ["1 all", "2 kid d-1"]);
  t.equal(log.isCut({ caller: "m2", target: "m3", jti: "j" }, gen), true);
  t.strictSame(calls, [3, 2]);
});

/** A log over readings that a test hands out one after the other. */
async function scripted(store: CutStore, ...readings: (Error | ((feed: FeedReading) => FeedReading))[]) {
  const feed = async (after?: Parameters<CutStore["feed"]>[0]): Promise<FeedReading> => {
    const next = readings.shift();
    if (next instanceof Error) throw next;
    const reading = await store.feed(after);
    return next === undefined ? reading : next(reading);
  };
  const asIs = (reading: FeedReading) => reading;
  readings.unshift(asIs);
  return createCutLog({ feed, forgetCuts: store.forgetCuts });
}

t.test(
  "a store that does not add up, went back or fails changes nothing, and the log goes on when it is well",
  async (t) => {
    const { store } = await open(t);
    const log = await scripted(
      store,
      ({ cuts, ...reading }) => ({ ...reading, cuts: cuts.map((cut) => ({ ...cut, ends: "caller m9" })) }),
      (reading) => ({ ...reading, hash: "x".repeat(43) }),
      (reading) => ({ ...reading, head: 0, hash: "x".repeat(43), cuts: [] }),
      (reading) => ({ ...reading, epoch: start - 1 }),
      new Error("disk gone"),
    );
    const before = log.head();
    await store.addCuts(["caller m1"], start);
    for (let time = 0; time < 4; time += 1) {
      await t.rejects(log.catchUp(), /does not add up between 1 and \d; restore the store from a copy/);
    }
    await t.rejects(log.catchUp(), /disk gone/);
    t.strictSame(log.head(), before);
    t.strictSame(texts(log.live()), ["1 all"]);
    await log.catchUp();
    t.equal(log.head().number, 2);
  },
);

t.test("cuts that were dropped before the log had them are no reason to stop", async (t) => {
  const { store } = await open(t);
  const log = await scripted(store, ({ cuts, ...reading }) => ({ ...reading, cuts: cuts.slice(1) }));
  await store.addCuts(["caller m1", "all"], start);
  await log.catchUp();
  t.match(log.head(), { number: 3, hash: (await store.feed()).hash });
  t.strictSame(texts(log.live()), ["3 all"]);
});

t.test("what the store could not forget is not forgotten", async (t) => {
  const { store } = await open(t);
  const forgetCuts = () => Promise.reject(new Error("disk full"));
  const log = await createCutLog({ feed: store.feed, forgetCuts });
  await t.rejects(log.forgetLeft(start + day), /disk full/);
  t.strictSame(texts(log.live()), ["1 all"]);
});
