import t from "tap";
import { createKeyRing } from "../src/key-ring.ts";
import { generatePrivateKey } from "../src/signing-key.ts";
import { createFakeKeyStore } from "./fakes/key-store.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const week = 168 * hour;
const times = { updateIntervalMs: week, tokenValidityMs: hour };
const start = 1_795_309_724_000;
const first = `d-${start}`;

const der = await generatePrivateKey();

/** A key ring whose only dynamic key has signed for an hour, its clock, and what it says of its keys. */
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
  state.now = start + hour;
  state.generated = 0;
  const states = () => ring.list().map(({ kid, state }) => `${kid.replace(/^s-.*/, "static")} ${state}`);
  const published = (): string[] => ring.published().keys.map(({ kid }) => kid.replace(/^s-.*/, "static"));
  const signer = async (): Promise<string> => (await ring.signer("dynamic")).kid;
  const stage = async (): Promise<string> => String(await ring.stage());
  const staticKid = async (): Promise<string> => (await ring.signer("static")).kid;
  return { store, state, ring, states, published, signer, stage, staticKid };
}

t.test("a staged key is published at once and does not sign, and staging again gives the same one", async (t) => {
  const { stage, states, published, signer, state } = await setUp();
  const kid = await stage();
  t.equal(kid, `d-${start + hour}`);
  state.now += minute + 1;
  t.equal(await stage(), kid);
  t.equal(state.generated, 1);
  t.same(published(), [kid, first, "static"]);
  t.same(states(), [`${kid} staged`, `${first} signing`, "static signing"]);
  t.equal(await signer(), first, "however long it is published");
});

t.test("two who stage at a time get the same key", async (t) => {
  const { ring, store } = await setUp();
  const [one, other] = await Promise.all([ring.stage(), ring.stage()]);
  t.ok(one);
  t.equal(one, other);
  t.equal(store.rows.length, 3);
});

t.test("a promoted key signs from that moment on, and promoting it again changes nothing", async (t) => {
  const { ring, stage, signer, states } = await setUp();
  const kid = await stage();
  for (const _ of ["once", "twice"]) t.equal(ring.promote(kid), "signing");
  t.equal(await signer(), kid);
  t.same(states(), [`${kid} signing`, `${first} published`, "static signing"]);
});

t.test("the replaced key verifies until its last token is dead, and never signs again", async (t) => {
  const { ring, stage, store, signer, state, published } = await setUp();
  const kid = await stage();
  const promotedAt = state.now;
  ring.promote(kid);
  t.equal(ring.promote(first), "replaced");
  t.equal(await signer(), kid);
  state.now = promotedAt + 2 * hour - 1;
  t.same(published(), [kid, first, "static"]);
  state.now = promotedAt + 2 * hour;
  t.same(published(), [kid, "static"]);
  t.ok(store.rows.some((row) => row.kid === first));
  ring.promote(await stage());
  t.notOk(
    store.rows.some((row) => row.kid === first),
    "with the next change it leaves the store",
  );
});

t.test("a promoted key is replaced by schedule, a week after it began", async (t) => {
  const { ring, stage, signer, state } = await setUp();
  const kid = await stage();
  state.now = start + 5 * hour;
  ring.promote(kid);
  state.now = start + week + hour;
  await ring.refresh();
  t.equal(await signer(), kid, "the schedule of the key before is over");
  state.now = start + 5 * hour + week - 2 * minute + 1;
  await ring.refresh();
  t.equal(await signer(), kid);
  state.now += minute;
  t.equal(await signer(), `d-${state.now - minute}`);
});

t.test("a staged key that nobody promoted is the one that the schedule puts in force, after its minute", async (t) => {
  const { ring, stage, signer, state, published } = await setUp();
  const kid = await stage();
  state.now = start + week - minute + 1;
  await ring.refresh();
  t.equal(state.generated, 1, "no other is made");
  state.now += minute - 1;
  t.equal(await signer(), first);
  state.now += 1;
  t.equal(await signer(), kid);
  t.same(published(), [kid, first, "static"]);
  state.now = start + week + 2 * hour;
  t.same(published(), [kid, "static"]);
});

t.test("a key that the schedule has made and that waits for its minute is the one that is staged", async (t) => {
  const { ring, stage, signer, state, states } = await setUp();
  state.now = start + week - minute + 1;
  await ring.refresh();
  const kid = `d-${state.now}`;
  t.same(states()[0], `${kid} staged`);
  t.equal(await stage(), kid);
  t.equal(state.generated, 1);
  t.equal(await signer(), first);
  ring.promote(kid);
  t.equal(await signer(), kid);
});

t.test("a key that is staged while the schedule makes one is the only one", async (t) => {
  const { ring, store, state } = await setUp();
  state.now = start + week - minute + 1;
  await Promise.all([ring.refresh(), ring.stage()]);
  t.equal(store.rows.length, 3);
  t.equal(ring.promote(`d-${state.now}`), "signing");
});

t.test(
  "an unknown key is neither promoted nor dropped, and a static one is not promoted beyond what it is",
  async (t) => {
    const { ring, store, staticKid } = await setUp();
    for (const kid of ["d-1", "", "__proto__", first.toUpperCase()]) {
      t.equal(ring.promote(kid), "unknown");
      t.equal(await ring.drop(kid), false);
    }
    t.equal(ring.promote(await staticKid()), "signing");
    t.equal(store.rows.length, 2);
  },
);

t.test("a dropped key is out of the key set and of the store at once", async (t) => {
  const { ring, stage, store, published, signer, state } = await setUp();
  const kid = await stage();
  ring.promote(kid);
  t.equal(await ring.drop(first), true);
  t.same(published(), [kid, "static"]);
  t.notOk(store.rows.some((row) => row.kid === first));
  t.equal(await signer(), kid);
  t.equal(state.generated, 1, "no other key was needed");
  t.equal(await ring.drop(first), false, "and it is unknown");
});

t.test("in place of a dropped signer the staged key signs at once", async (t) => {
  const { ring, stage, published, signer, state } = await setUp();
  const kid = await stage();
  t.equal(await ring.drop(first), true);
  t.equal(await signer(), kid);
  t.same(published(), [kid, "static"]);
  t.equal(state.generated, 1);
});

t.test("in place of a dropped signer a new key signs at once, never one that was replaced before", async (t) => {
  const { ring, stage, published, signer, state } = await setUp();
  const kid = await stage();
  ring.promote(kid);
  state.now += 10 * second;
  t.equal(await ring.drop(kid), true);
  const made = `d-${state.now}`;
  t.equal(await signer(), made);
  t.same(published(), [made, first, "static"]);
  state.now += minute;
  t.equal(await signer(), made);
});

t.test("the first key of all can be dropped in its first minute", async (t) => {
  const { ring, signer, state, published } = await setUp();
  state.now = start;
  t.equal(await ring.drop(first), true);
  t.same(published(), [`d-${start + 1}`, "static"], "and no kid is ever used for two keys");
  t.equal(await signer(), `d-${start + 1}`);
});

t.test("a staged key can be dropped, and the next one is another", async (t) => {
  const { ring, stage, signer, state } = await setUp();
  const kid = await stage();
  t.equal(await ring.drop(kid), true);
  state.now += 1;
  t.not(await stage(), kid);
  t.equal(await signer(), first);
});

t.test("in place of a dropped static key a new one signs", async (t) => {
  const { ring, staticKid, published } = await setUp();
  const kid = await staticKid();
  t.equal(await ring.drop(kid), true);
  const made = await staticKid();
  t.match(made, /^s-[0-9a-f-]{36}$/);
  t.not(made, kid);
  t.same(published(), [first, "static"]);
});

t.test(
  "two who drop the signer at a time leave one signer, and one of them is told that there is no such key",
  async (t) => {
    const { ring, store, state } = await setUp();
    t.same((await Promise.all([ring.drop(first), ring.drop(first)])).sort(), [false, true]);
    t.equal(state.generated, 2);
    t.equal(store.rows.length, 2, "what was made in vain is stored nowhere");
  },
);

t.test("a signer that cannot be replaced or whose end cannot be stored goes on", async (t) => {
  const { ring, store, signer, stage, state, staticKid } = await setUp();
  const failure = new Error("disk full");
  const held = await staticKid();
  store.failure = failure;
  for (const kid of [first, held]) await t.rejects(ring.drop(kid), failure);
  await t.rejects(ring.stage(), failure);
  t.equal(await signer(), first);
  t.equal(await staticKid(), held);
  store.failure = undefined;
  const kid = await stage();
  store.failure = failure;
  t.throws(() => ring.promote(kid), failure);
  t.equal(await signer(), first);
  state.generate = () => Promise.reject(failure);
  store.failure = undefined;
  await t.rejects(ring.drop(held), failure);
});

t.test("after a sleep of weeks the staged key signs at once, also in a new process", async (t) => {
  const { stage, state, signer, store, ring } = await setUp();
  const kid = await stage();
  state.now = start + 3 * week;
  t.equal(await signer(), kid);
  await ring.drop(first);
  t.equal((await setUp(store)).states()[0], `${kid} signing`);
});

t.test("when every dynamic key is over its time, dropping the last makes no harm", async (t) => {
  const { ring, state, published, signer } = await setUp();
  state.now = start + 3 * week;
  t.equal(await ring.drop(first), true);
  t.same(published(), ["static"]);
  t.equal(ring.published().maxAgeSeconds, 1);
  t.equal(await signer(), `d-${state.now}`);
});

t.test("a key that is promoted after the clock was set back signs all the same", async (t) => {
  const { ring, state, signer, stage } = await setUp();
  state.now = start - hour;
  const kid = await stage();
  ring.promote(kid);
  t.equal(await signer(), kid);
  state.now = start + 2 * minute;
  t.equal(await signer(), kid);
});

t.test("a signer that is dropped after the clock was set back is replaced all the same", async (t) => {
  const { ring, state, signer, stage } = await setUp();
  state.now = start - hour;
  const kid = await stage();
  ring.promote(kid);
  state.now -= hour;
  await ring.drop(kid);
  const made = `d-${state.now}`;
  t.equal(await signer(), made);
  state.now = start + 2 * minute;
  t.equal(await signer(), made);
});

t.test("a signer that is dropped while the schedule makes the next one is replaced once", async (t) => {
  const { ring, state, signer, store } = await setUp();
  state.now = start + week - minute + 1;
  await Promise.all([ring.drop(first), ring.refresh()]);
  t.equal(await signer(), `d-${state.now}`);
  t.equal(store.rows.length, 2);
});

t.test("at most twenty keys are published, and the schedule still makes the one it needs", async (t) => {
  const { ring, state, stage, store, published } = await setUp();
  for (let n = 2; n < 20; n++) {
    state.now += second;
    ring.promote(await stage());
  }
  t.equal(published().length, 20);
  t.equal(await ring.stage(), undefined);
  t.equal(store.rows.length, 20);
  state.now += 2 * hour;
  t.ok(await ring.stage(), "the replaced ones are gone");
});

t.test("every state survives a restart", async (t) => {
  const { ring, stage, store, states, state } = await setUp();
  ring.promote(await stage());
  state.now += second;
  await stage();
  const again = await setUp(store);
  again.state.now = state.now;
  t.same(again.states(), states());
  t.same(
    again.states().map((text) => text.split(" ")[1]),
    ["staged", "signing", "published", "signing"],
  );
});
