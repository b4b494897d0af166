import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { endings } from "@meshpass/protocol";
import { firstHash, nextHash } from "@meshpass/verifier/feed";
import t, { type Test } from "tap";
import { openStore } from "../../src/store/store.ts";
import { edgesOf } from "../cutoffs/kept-cut.ts";

const start = 1_800_000_000;
const day = 86_400 + 10;

/** A store whose feed began at `start`, and its tables as another program sees them. */
async function open(t: Test, path = join(t.testdir(), "auth-server.sqlite")) {
  const store = await openStore(path, () => start * 1_000);
  t.teardown(() => store.close());
  const database = new DatabaseSync(path);
  t.teardown(() => database.close());
  const endsOf = async () => (await store.feed()).cuts.map(({ number, ends }) => `${number} ${ends}`);
  return { store, path, database, endsOf };
}

/** The running hash over `ends`, in `epoch`. */
const hashOf = (epoch: number, ends: readonly string[]): string =>
  ends.map((text, index) => ({ number: index + 1, ends: text })).reduce(nextHash, firstHash(epoch));

t.test("a new store starts its feed with a cut of everything, in the epoch of this second", async (t) => {
  const { store } = await open(t);
  t.strictSame(await store.feed(), {
    epoch: start,
    head: 1,
    hash: hashOf(start, ["all"]),
    cuts: [{ number: 1, ends: "all", caller: undefined, leavesAt: start + day, map: undefined }],
  });
});

t.test("a store that is opened again goes on where it was", async (t) => {
  const { store, path } = await open(t);
  await store.addCuts(["caller m1"], start);
  const before = await store.feed();
  const again = await openStore(path, () => (start + 9_999) * 1_000);
  t.teardown(() => again.close());
  t.strictSame(await again.feed(), before);
});

t.test("cuts are numbered without gaps and hashed one after the other, also those that come at once", async (t) => {
  const { store } = await open(t);
  const changes = [["edge m1 m2", "edge m1 m3"], ["target m2"], [], ["kid d-1", "all"]];
  await Promise.all(changes.map((ends) => store.addCuts(ends, start + 1)));
  const { head, hash, cuts } = await store.feed();
  const ends = ["all", "edge m1 m2", "edge m1 m3", "target m2", "kid d-1", "all"];
  t.strictSame(
    cuts.map((cut) => cut.ends),
    ends,
  );
  t.strictSame(
    cuts.map(({ number }) => number),
    [1, 2, 3, 4, 5, 6],
  );
  t.equal(head, 6);
  t.equal(hash, hashOf(start, ends));
});

t.test("only what came after a place is read, unless the place is of another epoch", async (t) => {
  const { store } = await open(t);
  await store.addCuts(["caller m1", "caller m2"], start);
  const numbersAfter = async (epoch: number, number: number) =>
    (await store.feed({ epoch, number })).cuts.map((cut) => cut.number);
  t.strictSame(await numbersAfter(start, 2), [3]);
  t.strictSame(await numbersAfter(start, 3), []);
  t.strictSame(await numbersAfter(start - 1, 2), [1, 2, 3]);
});

t.test("what no cut can end is refused, and none of the cuts beside it is kept", async (t) => {
  const { store } = await open(t);
  const before = await store.feed();
  for (const bad of ["", "edge m1", "edge m1 M2", "jti short", "kid a b", "all ", "caller auth server", "all\n"]) {
    await t.rejects(store.addCuts(["caller m1", bad], start), TypeError, bad);
  }
  t.strictSame(await store.feed(), before);
});

t.test("a change that fails in the middle leaves nothing of itself", async (t) => {
  const { store, database } = await open(t);
  await store.addCredential({
    jti: "a",
    service: "m1",
    type: "jwt",
    issuedAt: start,
    expiresAt: start + 900,
    dev: false,
    revokedAt: undefined,
  });
  const before = await store.feed();
  // The feed's row is the last that is written: by then the cuts and whatever else are there.
  database.exec("create trigger full before update on feed begin select raise(abort, 'disk full'); end");
  await t.rejects(store.addCuts(edgesOf("m1", 1_500), start), /disk full/);
  await t.rejects(store.cutService("m1", start), /disk full/);
  await t.rejects(store.revokeCredential("a", start), /disk full/);
  await t.rejects(store.addBlock("m1", undefined, start), /disk full/);
  await t.rejects(store.startEpoch(start + 1, start), /disk full/);
  database.exec("drop trigger full");
  t.strictSame(await store.feed(), before);
  t.equal((await store.credentials())[0]?.revokedAt, undefined);
  t.strictSame(await store.legacyCuts(), []);
  t.strictSame(await store.blocks(), []);
  await store.addCuts(["caller m1"], start);
  t.equal((await store.feed()).head, 2, "and the next change goes through");
  database.exec("create trigger fuller before update on feed begin select raise(rollback, 'disk gone'); end");
  await t.rejects(store.addCuts(["caller m2"], start), /disk gone/, "also where SQLite itself took it all back");
  database.exec("drop trigger fuller");
  await store.addCuts(["caller m2"], start);
  t.equal((await store.feed()).head, 3);
});

t.test("a cut service, and a revoked credential unless it is told otherwise, cut the tokens as well", async (t) => {
  const { store, endsOf } = await open(t);
  for (const [jti, service] of Object.entries({ a: "m1", b: "m2", c: "m3" })) {
    await store.addCredential({
      jti,
      service,
      type: "jwt",
      issuedAt: start,
      expiresAt: start + 900,
      dev: false,
      revokedAt: undefined,
    });
  }
  await store.cutService("m1", start);
  await store.revokeCredential("b", start, { keepTokens: true });
  await store.revokeCredential("c", start);
  await store.revokeCredential("b", start);
  await store.revokeCredential("no such credential", start);
  t.strictSame(await endsOf(), ["1 all", "2 caller m1", "3 caller m3", "4 caller m2"]);
});

t.test("more than 1,000 cuts of one caller are soon followed by one of that caller, in the same change", async (t) => {
  const { store, endsOf } = await open(t);
  await store.addCuts(edgesOf("m1", 600), start);
  const jtis = Array.from({ length: 400 }, (_, n) => endings.jti(`${n}`.padStart(43, "_")));
  await store.addCuts(jtis, start, "m1");
  t.equal((await endsOf()).at(-1), `1001 ${jtis.at(-1)}`);
  // It is looked once for 50 numbers.
  for (let number = 1_002; number < 1_050; number += 1) await store.addCuts([`edge m1 t${number}`], start);
  t.equal((await endsOf()).at(-1), "1049 edge m1 t1049");
  await store.addCuts(["edge m1 m2"], start);
  t.strictSame((await endsOf()).slice(-2), ["1050 edge m1 m2", "1051 caller m1"]);
  await store.addCuts(edgesOf("m1", 60), start);
  t.notMatch((await endsOf()).at(-1), "caller m1", "and the count begins anew");
});

t.test("more than 10,000 cuts are followed by one of everything", async (t) => {
  const { store, endsOf } = await open(t);
  const targets = Array.from({ length: 9_999 }, (_, n) => endings.target(`t${n}`));
  await store.addCuts(targets, start);
  t.equal((await endsOf()).length, 10_000);
  const callers = Array.from({ length: 50 }, (_, n) => endings.caller(`c${n}`));
  await store.addCuts(callers, start);
  t.strictSame((await endsOf()).slice(-2), ["10050 caller c49", "10051 all"]);
});

t.test("rows that nobody needs are dropped once they are many; the last 10,000 numbers stay", async (t) => {
  const { store, endsOf } = await open(t);
  await store.addCuts(["kid d-1"], start);
  const same = Array.from({ length: 9_000 }, () => "caller m1");
  for (let round = 0; round < 4; round += 1) await store.addCuts(same, start);
  t.equal((await endsOf()).length, 36_002);
  await store.addCuts(same, start);
  const ends = await endsOf();
  t.equal(ends.length, 10_002);
  t.strictSame(ends.slice(0, 3), ["1 all", "2 kid d-1", "35003 caller m1"]);
  t.equal(ends.at(-1), "45002 caller m1");
});

t.test(
  "a cut leaves when the longest token that it can match has ended for every clock; one of a key stays",
  async (t) => {
    const { store, endsOf } = await open(t);
    await store.addCuts(["kid d-1"], start);
    await store.addCuts(["caller m1"], start + 100);
    const { hash } = await store.feed();
    await store.forgetCuts(start + day - 1);
    t.strictSame(await endsOf(), ["1 all", "2 kid d-1", "3 caller m1"]);
    await store.forgetCuts(start + day);
    t.strictSame(await endsOf(), ["2 kid d-1", "3 caller m1"]);
    await store.forgetCuts(start + 10 * day);
    t.strictSame(await endsOf(), ["2 kid d-1"]);
    t.match(await store.feed(), { head: 3, hash }, "the place stays");
  },
);

t.test("a higher epoch starts with a cut of everything, and with the keys that were withdrawn", async (t) => {
  const { store, endsOf } = await open(t);
  await store.addCuts(["kid d-1", "caller m1", "kid d-1", "kid s-2"], start);
  await store.startEpoch(start + 5, start + 1);
  t.strictSame(await endsOf(), ["1 all", "2 kid d-1", "3 kid s-2"]);
  t.match(await store.feed(), { epoch: start + 5, head: 3, hash: hashOf(start + 5, ["all", "kid d-1", "kid s-2"]) });
  const before = await store.feed();
  await store.startEpoch(start + 5, start + 2);
  await store.startEpoch(start, start + 2);
  t.strictSame(await store.feed(), before, "none but a higher one");
  for (const bad of [Number.NaN, start + 9.5, 1e15, Number.POSITIVE_INFINITY]) {
    await t.rejects(store.startEpoch(bad, start), TypeError, `${bad}`);
  }
});

t.test("a block is kept with its first time, and cuts each time that it is set", async (t) => {
  const { store, endsOf } = await open(t);
  await store.addBlock("m1", "m3", start);
  await store.addBlock("m1", undefined, start + 1);
  await store.addBlock("m1", "m3", start + 2);
  t.strictSame(await store.blocks(), [
    { caller: "m1", target: undefined, at: start + 1 },
    { caller: "m1", target: "m3", at: start },
  ]);
  t.strictSame(await endsOf(), ["1 all", "2 edge m1 m3", "3 caller m1", "4 edge m1 m3"]);
  await t.rejects(store.addBlock("M1", undefined, start), TypeError);
  t.equal(await store.removeBlock("m1", "m3"), true);
  t.equal(await store.removeBlock("m1", "m3"), false);
  t.strictSame(await store.blocks(), [{ caller: "m1", target: undefined, at: start + 1 }]);
  t.equal(await store.removeBlock("m1", undefined), true);
  t.equal((await store.feed()).head, 4, "lifting one cuts nothing");
});

t.test("of each instance the last word is kept, until it has not been heard of for a day", async (t) => {
  const { store } = await open(t);
  const receiver = { service: "m1", instance: "a", version: "0.1.0", epoch: start, head: 1, lastHeardAt: start };
  await store.saveReceivers([]);
  await store.saveReceivers([receiver, { ...receiver, instance: "b" }, { ...receiver, service: "m2" }]);
  const again = { ...receiver, version: "0.2.0", epoch: start + 1, head: 7, lastHeardAt: start + 60 };
  await store.saveReceivers([again]);
  t.strictSame(await store.receivers(), [again, { ...receiver, instance: "b" }, { ...receiver, service: "m2" }]);
  await store.removeReceivers([{ service: "m2", instance: "a" }]);
  t.strictSame(await store.receivers(), [again, { ...receiver, instance: "b" }]);
  await store.forgetCuts(start + day - 1);
  t.equal((await store.receivers()).length, 2);
  await store.forgetCuts(start + day);
  t.strictSame(await store.receivers(), [again]);
});

t.test("thousands of receivers are saved at once", async (t) => {
  const { store } = await open(t);
  const all = Array.from({ length: 5_000 }, (_, n) => ({
    service: "m1",
    instance: `${n}`.padStart(4, "0"),
    version: "0.1.0",
    epoch: start,
    head: n,
    lastHeardAt: start,
  }));
  await store.saveReceivers(all);
  t.strictSame(await store.receivers(), all);
});
