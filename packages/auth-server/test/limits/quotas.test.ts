import { parseMap } from "@meshpass/policy";
import t, { type Test } from "tap";
import { openQuotas, type Place, type Quotas } from "../../src/limits/quotas.ts";
import type { QuotaCount, QuotaStore } from "../../src/store/quota-store.ts";
import { createTestLog } from "../test-log.ts";

function mapWith(quota: string) {
  const services = quota === "" ? "" : `services:\n  m1: { quota: ${quota} }\n`;
  const parsed = parseMap(
    new TextEncoder().encode(`version: 1\ninteractions:\n  m1: [m2]\n  m2: []\n${services}...\n`),
  );
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.map;
}

/** A store in memory, which can be told to fail or to answer nothing. */
function createFakeStore() {
  const rows = new Map<string, QuotaCount>();
  const fake = {
    rows,
    writes: 0,
    behaviour: "works" as "works" | "fails" | "hangs",
    tokensOf: (client: string, bucket: string) => rows.get(`${client} ${bucket}`)?.tokens,
  };
  const store: QuotaStore = {
    quotaCounts: async () => [...rows.values()],
    putQuotaCounts: async (counts) => {
      fake.writes += 1;
      if (fake.behaviour === "fails") throw new Error("disk full");
      if (fake.behaviour === "hangs") await new Promise(() => undefined);
      for (const count of counts) rows.set(`${count.client} ${count.bucket}`, count);
    },
    forgetQuotaCounts: async (bucket, startsAt) => {
      for (const [key, row] of rows) if (row.bucket === bucket && row.startsAt < startsAt) rows.delete(key);
    },
  };
  return { fake, store };
}

/** 14:30 UTC of a day. */
const halfPastTwo = Date.UTC(2026, 10, 22, 14, 30);
const minutes = 60_000;

async function start(ms = halfPastTwo, { fake, store } = createFakeStore()) {
  const time = { ms, monotonic: 1_000 };
  const { log, lines } = createTestLog();
  const clocks = { clock: () => time.ms, monotonic: () => time.monotonic };
  const quotas = await openQuotas({ store, log, ...clocks, withinMs: 50 });
  return { quotas, time, fake, lines, restart: (at = time.ms) => start(at, { fake, store }) };
}

/** How many of `count` tokens, asked for one after the other, there are. */
async function takeMany(quotas: Quotas, map: ReturnType<typeof mapWith>, count: number): Promise<number> {
  let taken = 0;
  for (let i = 0; i < count; i += 1) if ("giveBack" in (await quotas.take(map, "m1"))) taken += 1;
  return taken;
}
const remainingOf = (quotas: Quotas, map: ReturnType<typeof mapWith>): readonly string[] =>
  [...(quotas.headersOf(map, "m1")["auth0-client-quota-limit"] ?? "").matchAll(/r=(\d+)/g)].map(([, r]) => r as string);

t.test("windows begin with the hour in UTC: at 14:59:59 it is one, at 15:00:00 the next", async (t) => {
  const { quotas, time } = await start();
  const map = mapWith("{ per_hour: 3 }");
  t.equal(await takeMany(quotas, map, 5), 3);
  time.ms = Date.UTC(2026, 10, 22, 14, 59, 59, 999);
  t.equal(await takeMany(quotas, map, 1), 0);
  time.ms += 1;
  t.equal(await takeMany(quotas, map, 5), 3);
});

t.test("and with the day in UTC", async (t) => {
  const { quotas, time } = await start();
  const map = mapWith("{ per_day: 2 }");
  t.equal(await takeMany(quotas, map, 3), 2);
  time.ms = Date.UTC(2026, 10, 22, 23, 59, 59);
  t.equal(await takeMany(quotas, map, 1), 0);
  time.ms = Date.UTC(2026, 10, 23);
  t.equal(await takeMany(quotas, map, 3), 2);
});

t.test("both limits hold, and a token that one refuses uses up nothing of the other", async (t) => {
  const { quotas, time } = await start();
  const map = mapWith("{ per_hour: 2, per_day: 5 }");
  t.equal(await takeMany(quotas, map, 9), 2);
  t.strictSame(remainingOf(quotas, map), ["0", "3"]);
  time.ms += 60 * minutes;
  t.equal(await takeMany(quotas, map, 9), 2);
  time.ms += 60 * minutes;
  t.equal(await takeMany(quotas, map, 9), 1);
});

t.test("fifty at once against a quota of ten are ten, in one write", async (t) => {
  const { quotas, fake } = await start();
  const map = mapWith("{ per_hour: 10 }");
  const taken = await Promise.all(Array.from({ length: 50 }, () => quotas.take(map, "m1")));
  t.equal(taken.filter((each) => "giveBack" in each).length, 10);
  t.equal(fake.writes, 1);
  t.equal(fake.tokensOf("m1", "per_hour"), 10);
});

t.test("an enforced count is stored before the token may leave, and is there after a restart", async (t) => {
  const { quotas, fake, restart } = await start();
  const map = mapWith("{ per_hour: 3 }");
  await quotas.take(map, "m1");
  t.equal(fake.tokensOf("m1", "per_hour"), 1);
  const again = await restart();
  t.equal(await takeMany(again.quotas, map, 5), 2);
});

t.test("what is given back can be taken again, once, and is stored like that", async (t) => {
  const { quotas, fake } = await start();
  const map = mapWith("{ per_hour: 1 }");
  const place = (await quotas.take(map, "m1")) as Place;
  place.giveBack();
  place.giveBack();
  await quotas.save();
  t.equal(fake.tokensOf("m1", "per_hour"), 0);
  t.equal(await takeMany(quotas, map, 3), 1);
});

t.test("what is given back after its window takes nothing off the next one", async (t) => {
  const { quotas, time } = await start();
  const map = mapWith("{ per_hour: 1 }");
  const place = (await quotas.take(map, "m1")) as Place;
  time.ms += 60 * minutes;
  t.equal(await takeMany(quotas, map, 1), 1);
  place.giveBack();
  t.equal(await takeMany(quotas, map, 1), 0);
});

t.test("a clock that is set back opens no new allowance, nor does a restart after it", async (t) => {
  const { quotas, time, restart } = await start();
  const map = mapWith("{ per_hour: 2, per_day: 3 }");
  t.equal(await takeMany(quotas, map, 5), 2);
  for (const back of [60 * minutes, 24 * 60 * minutes]) {
    time.ms -= back;
    t.equal(await takeMany(quotas, map, 5), 0);
    t.equal(await takeMany((await restart()).quotas, map, 5), 0);
  }
  const again = await restart();
  for (const running of [{ quotas, time }, again]) running.time.monotonic += 61 * minutes;
  t.equal(await takeMany(quotas, map, 5), 1, "time goes on meanwhile: it is past three");
  t.equal(await takeMany(again.quotas, map, 5), 1, "and after a restart too, though nobody knows how late it was");
});

t.test("a clock that gives no number opens none either", async (t) => {
  const { quotas, time } = await start();
  const map = mapWith("{ per_hour: 2 }");
  t.equal(await takeMany(quotas, map, 5), 2);
  time.ms = Number.NaN;
  t.equal(await takeMany(quotas, map, 5), 0);
  time.ms = halfPastTwo + 30 * minutes;
  t.equal(await takeMany(quotas, map, 5), 2);
});

/** Shows that nothing was given where the store did not take the count. */
async function isRefused(t: Test, quotas: Quotas, map: ReturnType<typeof mapWith>): Promise<void> {
  await t.rejects(quotas.take(map, "m1"), { code: "store_unavailable" });
}

t.test("without the store there is no token, and the count is as before once it is back", async (t) => {
  const { quotas, fake } = await start();
  const map = mapWith("{ per_hour: 2 }");
  fake.behaviour = "fails";
  await isRefused(t, quotas, map);
  await Promise.all([isRefused(t, quotas, map), isRefused(t, quotas, map)]);
  await t.rejects(quotas.save(), /disk full/, "it is tried again");
  fake.behaviour = "works";
  t.equal(await takeMany(quotas, map, 5), 2);
});

t.test("a store that does not answer is not waited for", async (t) => {
  const { quotas, fake } = await start();
  fake.behaviour = "hangs";
  await isRefused(t, quotas, mapWith("{ per_hour: 2 }"));
});

t.test("a quota that is not enforced is counted, and stored when it is saved", async (t) => {
  const { quotas, fake } = await start();
  const map = mapWith("{ per_hour: 2, enforce: false }");
  t.equal(await takeMany(quotas, map, 5), 5);
  t.equal(fake.writes, 0);
  t.strictSame(remainingOf(quotas, map), ["0"]);
  await quotas.save();
  await quotas.save();
  t.equal(fake.writes, 1);
  t.equal(fake.tokensOf("m1", "per_hour"), 5);
  await takeMany(quotas, map, 1);
  fake.behaviour = "fails";
  await t.rejects(quotas.save(), /disk full/);
  fake.behaviour = "works";
  await quotas.save();
  t.equal(fake.tokensOf("m1", "per_hour"), 6);
});

t.test("60, 80 and 100 % of a quota are a line each, once in a window", async (t) => {
  const { quotas, time, lines, restart } = await start();
  const map = mapWith("{ per_hour: 10, enforce: false }");
  const percents = (of = lines) => of.map((line) => JSON.parse(line).percent);
  await takeMany(quotas, map, 5);
  t.strictSame(percents(), []);
  ((await quotas.take(map, "m1")) as Place).giveBack();
  await takeMany(quotas, map, 20);
  t.strictSame(percents(), [60, 80, 100]);
  const line = { client: "m1", bucket: "per_hour", quota: 10, used: 6, percent: 60, enforced: false };
  t.match(JSON.parse(lines[0] as string), line);
  await quotas.save();
  const again = await restart();
  await takeMany(again.quotas, map, 5);
  t.strictSame(percents(again.lines), []);
  time.ms += 60 * minutes;
  await takeMany(quotas, map, 6);
  t.strictSame(percents(), [60, 80, 100, 60]);
});

t.test("another map's quota holds at once, and the counts stay", async (t) => {
  const { quotas, fake } = await start();
  t.equal(await takeMany(quotas, mapWith("{ per_hour: 9 }"), 4), 4);
  t.equal(await takeMany(quotas, mapWith("{ per_hour: 3 }"), 4), 0);
  t.equal(await takeMany(quotas, mapWith("{ per_hour: 5 }"), 4), 1);
  t.equal(await takeMany(quotas, mapWith("{ per_day: 7 }"), 4), 2, "both windows are counted, whatever the quota has");
  t.equal(await takeMany(quotas, mapWith(""), 4), 4);
  t.strictSame(quotas.headersOf(mapWith(""), "m1"), {});
  t.equal(await takeMany(quotas, mapWith("{ per_hour: 8 }"), 4), 1);
  t.equal(fake.tokensOf("m1", "per_hour"), 8);
});

t.test("windows that are over are forgotten", async (t) => {
  const { quotas, time, fake } = await start();
  const map = mapWith("{ per_hour: 9, enforce: false }");
  await takeMany(quotas, map, 4);
  await quotas.save();
  time.ms += 60 * minutes;
  await quotas.forget();
  t.strictSame(
    [...fake.rows.values()].map(({ bucket }) => bucket),
    ["per_day"],
  );
  t.strictSame(remainingOf(quotas, mapWith("{ per_hour: 9, per_day: 9 }")), ["9", "5"]);
  time.ms += 24 * 60 * minutes;
  await quotas.forget();
  t.equal(fake.rows.size, 0);
  t.strictSame(remainingOf(quotas, mapWith("{ per_hour: 9, per_day: 9 }")), ["9", "9"]);
});
