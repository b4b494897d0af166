import { DatabaseSync } from "node:sqlite";
import t from "tap";
import { openWithdrawnKeys } from "../../src/keys/withdrawn-keys.ts";
import { openStore } from "../../src/store/store.ts";

const clock = () => 1_795_309_724_500;

t.test("a withdrawn key stays withdrawn, with its first time, also in the next process", async (t) => {
  const path = `${t.testdir()}/store.sqlite`;
  const store = await openStore(path);
  const keys = await openWithdrawnKeys(store, clock);
  t.equal(keys.has("d-1"), false);
  await keys.add("d-1");
  t.equal(keys.has("d-1"), true);
  await store.close();

  const next = await openStore(path);
  t.teardown(() => next.close());
  const later = await openWithdrawnKeys(next, () => clock() + 60_000);
  await later.add("d-1");
  await next.addWithdrawnKey({ kid: "d-1", at: 7 });
  t.same(later.list(), [{ kid: "d-1", at: 1_795_309_724 }]);
  t.same(await next.withdrawnKeys(), later.list());
});

t.test("when static keys ended is told, and of no other", async (t) => {
  const store = await openStore(`${t.testdir()}/store.sqlite`);
  t.teardown(() => store.close());
  const time = { ms: 5_000 };
  const keys = await openWithdrawnKeys(store, () => time.ms);
  await keys.add("d-1");
  t.same(keys.staticEnds(), []);
  await keys.add("s-1");
  time.ms += 1_000;
  await keys.add("s-2");
  t.same(keys.staticEnds(), [5, 6]);
});

t.test("who listens is told of each key that was added, once, until it has enough", async (t) => {
  const store = await openStore(`${t.testdir()}/store.sqlite`);
  t.teardown(() => store.close());
  const keys = await openWithdrawnKeys(store, clock);
  let told = 0;
  const stop = keys.onAdd(() => {
    told += 1;
  });
  await keys.add("d-1");
  await keys.add("d-1");
  t.equal(told, 1);
  stop();
  await keys.add("d-2");
  t.equal(told, 1);
});

t.test("a key that could not be stored is not withdrawn", async (t) => {
  const path = `${t.testdir()}/store.sqlite`;
  const store = await openStore(path);
  t.teardown(() => store.close());
  const keys = await openWithdrawnKeys(store, clock);
  const other = new DatabaseSync(path);
  other.exec("begin immediate");
  await t.rejects(keys.add("d-1"), /locked/);
  t.equal(keys.has("d-1"), false);
  other.exec("rollback");
  other.close();
  await keys.add("d-1");
  t.equal(keys.has("d-1"), true);
});
