import { join } from "node:path";
import t, { type Test } from "tap";
import { openStore } from "../../src/store/store.ts";

async function open(t: Test, folder = t.testdir()) {
  const store = await openStore(join(folder, "auth-server.sqlite"));
  t.teardown(() => store.close());
  return { store, folder };
}

const hour = { client: "m1", bucket: "per_hour", startsAt: 3_600, tokens: 1 } as const;
const day = { client: "m1", bucket: "per_day", startsAt: 0, tokens: 1 } as const;

t.test("a count takes the place of the last one of its client and bucket, and outlives a restart", async (t) => {
  const { store, folder } = await open(t);
  await store.putQuotaCounts([hour, day, { ...hour, client: "m2" }]);
  await store.putQuotaCounts([{ ...hour, startsAt: 7_200, tokens: 5 }]);
  await store.putQuotaCounts([]);
  const again = (await open(t, folder)).store;
  t.strictSame(
    new Set(await again.quotaCounts()),
    new Set([{ ...hour, startsAt: 7_200, tokens: 5 }, day, { ...hour, client: "m2" }]),
  );
});

t.test("the counts of windows that are over can be dropped, by bucket", async (t) => {
  const { store } = await open(t);
  await store.putQuotaCounts([hour, day, { ...hour, client: "m2", startsAt: 7_200 }]);
  await store.forgetQuotaCounts("per_hour", 7_200);
  t.strictSame(await store.quotaCounts(), [day, { ...hour, client: "m2", startsAt: 7_200 }]);
});

t.test("as many as all services of a large map have go into one change", async (t) => {
  const { store } = await open(t);
  const all = Array.from({ length: 10_000 }, (_, n) => ({ ...hour, client: `m${n}`, tokens: n }));
  await store.putQuotaCounts(all);
  t.equal((await store.quotaCounts()).length, 10_000);
});
