import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import t, { type Test } from "tap";
import { openUsedAssertions } from "../../src/oauth/used-assertions.ts";
import { openStore } from "../../src/store/store.ts";
import { begin } from "./client-bench.ts";

async function open(t: Test, path = join(t.testdir(), "auth-server.sqlite"), limits = {}) {
  const time = { now: begin };
  const clock = () => time.now * 1_000;
  const store = await openStore(path, clock);
  t.teardown(() => store.close());
  const used = await openUsedAssertions({ store, clock, ...limits });
  const use = (jti: string, client = "m1", endsAt = begin + 65) => used.use({ client, jti, endsAt });
  return { path, time, store, used, use };
}

t.test("RFC 7523 3: a jti is used once by each client, also after a restart", async (t) => {
  const { path, store, use } = await open(t);
  t.equal(await use("a"), "first");
  t.equal(await use("a"), "replayed");
  t.equal(await use("a", "m2"), "first");
  t.equal(await use("A"), "first", "capitals are others");
  await store.close();
  const { use: useAgain } = await open(t, path);
  t.equal(await useAgain("a"), "replayed");
  t.equal(await useAgain("a", "m2"), "replayed");
  t.equal(await useAgain("b"), "first");
});

t.test("of many at once, from two processes, exactly one is the first", async (t) => {
  const { path, use } = await open(t);
  const { use: useElsewhere } = await open(t, path);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? use : useElsewhere)("a")));
  t.equal(answers.filter((answer) => answer === "first").length, 1);
  t.equal(answers.filter((answer) => answer === "replayed").length, 19);
});

t.test("what has ended is forgotten, and no sooner", async (t) => {
  const { path, used, use, time } = await open(t);
  for (const [jti, endsAt] of [
    ["a", begin + 10],
    ["b", begin + 20],
  ] as const)
    await use(jti, "m1", endsAt);
  time.now = begin + 10;
  await used.forgetEnded();
  t.equal(await use("a"), "replayed");
  time.now += 1;
  await used.forgetEnded();
  t.equal(await use("b"), "replayed");
  const database = new DatabaseSync(path);
  t.teardown(() => database.close());
  t.strictSame(
    database
      .prepare("select client, ends_at from used_assertions")
      .all()
      .map((row) => ({ ...row })),
    [{ client: "m1", ends_at: begin + 20 }],
  );
});

t.test("there is room for so many, in all and of one client; what ends or was shown before takes none", async (t) => {
  const limits = { mostInAll: 3, mostOfClient: 2 };
  const { path, use, store } = await open(t, undefined, limits);
  for (const jti of ["a", "a", "b"]) await use(jti);
  t.equal(await use("c"), "full");
  t.equal(await use("a"), "full", "nothing is looked up any more");
  t.equal(await use("a", "m2"), "first", "which leaves the others theirs");
  t.equal(await use("b", "m2"), "full", "but no more than there is");
  await store.close();
  const again = await open(t, path, limits);
  t.equal(await again.use("c"), "full", "also after a restart");
  t.equal(await again.use("c", "m2"), "full");
  again.time.now = begin + 66;
  await again.used.forgetEnded();
  for (const jti of ["c", "d"]) t.equal(await again.use(jti), "first");
});

t.test("what the store did not take is not counted, and can be tried again", async (t) => {
  const { use, path } = await open(t, undefined, { mostOfClient: 1 });
  const database = new DatabaseSync(path);
  t.teardown(() => database.close());
  database.exec("create trigger full before insert on used_assertions begin select raise(abort, 'disk full'); end");
  await t.rejects(use("a"), /disk full/);
  database.exec("drop trigger full");
  t.equal(await use("a"), "first");
  t.equal(await use("b"), "full");
});
