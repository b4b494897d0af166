import t from "tap";
import { createKeyRing } from "../src/key-ring.ts";
import { generatePrivateKey } from "../src/signing-key.ts";
import { createFakeKeyStore } from "./fakes/key-store.ts";

const minute = 60_000;
const hour = 60 * minute;
const week = 168 * hour;
const times = { updateIntervalMs: week, tokenValidityMs: hour };
const start = 1_795_309_724_000;

const der = await generatePrivateKey();

async function setUp(store = createFakeKeyStore()) {
  const state = { now: start, generated: 0, generate: async () => der as Uint8Array, errors: [] as unknown[] };
  const ring = await createKeyRing({
    store,
    times,
    clock: () => state.now,
    generate: () => {
      state.generated += 1;
      return state.generate();
    },
    onError: (error) => state.errors.push(error),
  });
  const kids = (): string[] => ring.published().keys.map(({ kid }) => kid.replace(/^s-.*/, "static"));
  /** The clock and all that hangs on it. */
  const advanceTo = async (now: number): Promise<void> => {
    state.now = now;
    await ring.refresh();
  };
  return { store, state, ring, kids, advanceTo };
}

const dynamic = (createdAt: number): string => `d-${createdAt}`;

t.test("an empty store gets a key of each family, and both sign at once", async (t) => {
  const { ring, store, kids } = await setUp();
  t.same(kids(), [dynamic(start), "static"]);
  t.match((await ring.signer("static")).kid, /^s-[0-9a-f-]{36}$/);
  t.equal((await ring.signer("dynamic")).kid, dynamic(start));
  t.equal(store.rows.length, 2);
  t.equal(ring.published().maxAgeSeconds, 604_740);
});

t.test("the keys of a store are used again, and none is made", async (t) => {
  const { store, kids } = await setUp();
  const again = await setUp(store);
  t.same(again.kids(), kids());
  t.equal(again.state.generated, 0);
});

t.test("four weeks of rotation: each key appears, waits its minute, signs, is replaced and leaves", async (t) => {
  const { ring, store, state, kids, advanceTo } = await setUp();
  let old = start;
  for (let round = 0; round < 4; round++) {
    await advanceTo(old + week - minute);
    t.same(kids(), [dynamic(old), "static"], "nothing before its time");
    const born = old + week - minute + 1;
    await advanceTo(born);
    t.same(kids(), [dynamic(born), dynamic(old), "static"], "published");
    state.now = born + minute - 1;
    t.equal((await ring.signer("dynamic")).kid, dynamic(old), "not signing yet");
    state.now = born + minute;
    t.equal((await ring.signer("dynamic")).kid, dynamic(born), "signing");
    state.now = old + week + 2 * hour - 1;
    t.same(kids(), [dynamic(born), dynamic(old), "static"], "the old one still verifies");
    state.now = old + week + 2 * hour;
    t.same(kids(), [dynamic(born), "static"], "and then no more");
    old = born;
  }
  t.equal(store.rows.length, 3, "what verifies nothing has left the store, but for the last");
});

t.test("older static keys stay published behind the newest, which signs", async (t) => {
  const { store } = await setUp();
  store.insert({ kid: "s-newer", family: "static", createdAt: start + 1, signsFrom: start + 1, privateKey: der });
  const { ring } = await setUp(store);
  t.equal((await ring.signer("static")).kid, "s-newer");
  t.match(
    ring.published().keys.map(({ kid }) => kid),
    [dynamic(start), "s-newer", /^s-/],
  );
});

t.test("nobody waits for a key that is made ahead, and everybody shares one attempt", async (t) => {
  const { ring, state, kids } = await setUp();
  const slow = Promise.withResolvers<Uint8Array>();
  state.generate = () => slow.promise;
  state.generated = 0;
  state.now = start + week - 1;
  t.equal((await ring.signer("dynamic")).kid, dynamic(start));
  t.same(kids(), [dynamic(start), "static"]);
  const refreshed = Promise.all([ring.refresh(), ring.refresh()]);
  t.equal(state.generated, 1);
  slow.resolve(der);
  await refreshed;
  t.same(kids(), [dynamic(start + week - 1), dynamic(start), "static"]);
});

t.test("after a long sleep the first caller waits for the new key, and the JWKS does not", async (t) => {
  const { ring, state, kids } = await setUp();
  state.now = start + 3 * week;
  const signer = ring.signer("dynamic");
  t.same(kids(), ["static"]);
  t.equal(ring.published().maxAgeSeconds, 1);
  t.equal((await signer).kid, dynamic(start + 3 * week));
});

t.test("a key that cannot be stored is never seen: the old one signs on until its time is over", async (t) => {
  const { ring, store, state, kids, advanceTo } = await setUp();
  store.failure = new Error("disk full");
  await advanceTo(start + week);
  t.same(state.errors, [store.failure]);
  t.same(kids(), [dynamic(start), "static"]);
  t.equal((await ring.signer("dynamic")).kid, dynamic(start));
  state.now = start + week + minute;
  await t.rejects(ring.signer("dynamic"), { message: "No dynamic key may sign now." });
  t.match((await ring.signer("static")).kid, /^s-/);
});

t.test("after a failure the next attempt waits ten seconds, then succeeds", async (t) => {
  const { store, state, kids, advanceTo } = await setUp();
  store.failure = new Error("disk full");
  await advanceTo(start + week);
  const attempts = state.generated;
  store.failure = undefined;
  await advanceTo(start + week + 9_999);
  t.equal(state.generated, attempts);
  await advanceTo(start + week + 10_000);
  t.same(kids(), [dynamic(start + week + 10_000), dynamic(start), "static"]);
});

t.test("a failure at the first start is the caller's", async (t) => {
  const store = createFakeKeyStore();
  store.failure = new Error("disk full");
  await t.rejects(setUp(store), store.failure);
});

t.test("a key from the future, made before the clock was set back, waits and is replaced in its time", async (t) => {
  const { store } = await setUp();
  const createdAt = start + 9 * week;
  store.insert({
    kid: dynamic(createdAt),
    family: "dynamic",
    createdAt,
    signsFrom: createdAt + minute,
    privateKey: der,
  });
  const { ring, state, kids } = await setUp(store);
  state.now = start + minute;
  t.equal((await ring.signer("dynamic")).kid, dynamic(start), "the key of the future waits");
  state.now = start + 10 * week;
  await ring.refresh();
  t.equal(kids()[0], dynamic(start + 10 * week));
});

t.test("a stored key that is none is named in the error", async (t) => {
  const broken = {
    kid: "s-broken",
    family: "static",
    createdAt: 1,
    signsFrom: 1,
    privateKey: Buffer.from("x"),
  } as const;
  await t.rejects(setUp(createFakeKeyStore([broken])), { code: "state_unusable", message: /s-broken/ });
});
