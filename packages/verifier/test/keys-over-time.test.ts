import t from "tap";
import { createKeys } from "../src/index.ts";
import { createOtherKey } from "./fake-issuer.ts";
import { settle } from "./fake-time.ts";
import { first, jwksOf, second, startKeys, unavailable } from "./start-keys.ts";

t.test("the wait between tries without keys stops growing at the refresh interval", async (t) => {
  const { source, time } = startKeys(t, {});
  await time.advance(51);
  t.equal(source.loads, 7, "at 0, 1, 3, 7, 15, 31 and 51 s");
});

t.test("keys are loaded anew every 20 s, a tenth more or less", async (t) => {
  const early = startKeys(t, jwksOf(first), { random: () => 0 });
  const late = startKeys(t, jwksOf(first), { random: () => 0.999 });
  await settle();
  await Promise.all([early.time.advance(18), late.time.advance(21.9)]);
  t.same([early.source.loads, late.source.loads], [2, 1]);
  await late.time.advance(0.1);
  t.equal(late.source.loads, 2);
});

t.test("a new key is found in the background, with no unknown kid asked for (auth0-api-auth-samples)", async (t) => {
  const { keys, source, time } = startKeys(t, jwksOf(first));
  await settle();
  source.answer = jwksOf(second, first);
  await time.advance(20);
  t.equal(keys.has("d-2"), true);
});

for (const [what, answer] of Object.entries({
  "an empty set": { keys: [] },
  "an empty object": {},
  "a list": [first.jwk],
  null: null,
  text: "<html>",
  "a set of nulls": { keys: [null] },
  "a failure": new Error("down"),
})) {
  t.test(
    `${what} for a JWKS leaves the last good keys in force, and is fetched once an interval (mobula #28)`,
    async (t) => {
      const { keys, source, time, failures } = startKeys(t, jwksOf(first));
      await settle();
      source.answer = answer;
      await time.advance(60);
      t.equal(source.loads, 4);
      t.equal(failures.length, 3);
      t.match(keys.find("d-1"), { kid: "d-1" });
      t.same(keys.jwks(), jwksOf(first));
    },
  );
}

t.test("the last good keys serve for 24 h while loading fails, and no longer", async (t) => {
  const { keys, source, time } = startKeys(t, jwksOf(first), { refreshSeconds: 3_600 });
  await settle();
  source.answer = new Error("down");
  await time.advance(86_400);
  t.equal(keys.ready(), true);
  await time.advance(0.001);
  t.equal(keys.ready(), false);
  t.equal(keys.has("d-1"), false);
  t.equal(keys.jwks(), undefined);
  await t.rejects(keys.find("d-1") as Promise<unknown>, unavailable("jwks_unreachable"));
  await t.rejects(keys.find("d-1") as Promise<unknown>, unavailable("keys_stale"));
  source.answer = jwksOf(first);
  await time.advance(30);
  t.match(await keys.find("d-1"), { kid: "d-1" }, "and then it mends itself");
});

t.test("under a clock that gives no number there are no keys", async (t) => {
  const { keys } = startKeys(t, jwksOf(first), { clock: () => Number.NaN });
  await settle();
  t.equal(keys.has("d-1"), false);
  await t.rejects(keys.find("d-1") as Promise<unknown>, unavailable("keys_stale"));
});

t.test("a key that is not published any more is gone with the next load", async (t) => {
  const { keys, source, time } = startKeys(t, jwksOf(first, second));
  await settle();
  source.answer = jwksOf(second);
  await time.advance(20);
  t.equal(keys.has("d-1"), false);
});

t.test("refresh loads whatever the cool-down, and resolves on keys loaded after it was called", async (t) => {
  const { keys, source } = startKeys(t, jwksOf(first));
  source.answer = jwksOf(first, second);
  await Promise.all(Array.from({ length: 20 }, () => keys.refresh()));
  t.equal(source.loads, 2, "one that was under way, and one more for all");
  t.equal(keys.has("d-2"), true);
  source.answer = new Error("down");
  await t.rejects(keys.refresh(), unavailable("jwks_unreachable"));
  t.equal(keys.has("d-2"), true);
});

t.test("listeners hear of every change of keys, and of nothing else", async (t) => {
  const { keys, source } = startKeys(t, jwksOf(first));
  let heard = 0;
  const end = keys.onChange(() => {
    heard += 1;
  });
  await settle();
  await keys.refresh();
  t.equal(heard, 1, "the first keys");
  source.answer = jwksOf(first, second);
  await keys.refresh();
  t.equal(heard, 2, "a key more");
  source.answer = jwksOf(first, createOtherKey(second));
  await keys.refresh();
  t.equal(heard, 3, "another key of the same kid");
  source.answer = jwksOf(first);
  await keys.refresh();
  t.equal(heard, 4, "a key less");
  end();
  source.answer = jwksOf(first, second);
  await keys.refresh();
  t.equal(heard, 4);
});

t.test("the JWKS to publish is frozen and holds public members of usable keys alone", async (t) => {
  const { keys } = startKeys(t, {
    keys: [
      { ...first.jwk, x5c: ["x"], note: "n" },
      { kty: "EC", kid: "e" },
    ],
  });
  await settle();
  const jwks = keys.jwks();
  t.same(jwks, jwksOf(first));
  t.throws(() => Object.assign(jwks?.keys[0] as object, { n: "x" }), TypeError);
  t.throws(() => Object.assign(jwks?.keys as object, [{}]), TypeError);
});

t.test("closed keys load nothing more and leave no timer; those that are loaded serve on", async (t) => {
  const { keys, source, time, failures } = startKeys(t, jwksOf(first));
  await settle();
  source.answer = new Promise(() => {});
  const refreshing = keys.refresh();
  keys.close();
  await t.rejects(refreshing, unavailable("keys_closed"));
  await t.rejects(keys.refresh(), unavailable("keys_closed"));
  t.equal(await keys.find("d-2"), undefined);
  t.match(keys.find("d-1"), { kid: "d-1" });
  await time.advance(100);
  t.equal(source.loads, 2);
  t.equal(time.waiting(), 0);
  t.same(failures, [], "closing is no failure");
});

t.test("a source that is closed while the first load is under way leaves no timer either", async (t) => {
  const { keys, time } = startKeys(t, new Promise(() => {}));
  const waiting = keys.find("d-1") as Promise<unknown>;
  keys.close();
  await t.rejects(waiting, unavailable("keys_closed"));
  await settle();
  t.equal(time.waiting(), 0);
  await t.rejects(keys.find("d-1") as Promise<unknown>, unavailable("keys_closed"));
});

t.test("the background timer does not keep a process alive", async (t) => {
  let unreferenced = 0;
  const timers = {
    setTimeout: () => ({
      unref: () => {
        unreferenced += 1;
      },
    }),
    clearTimeout: () => undefined,
  };
  const keys = createKeys({ load: async () => jwksOf(first), timers });
  t.teardown(keys.close);
  await settle();
  t.equal(unreferenced, 1, "that one, and not the deadline of a load");
});

t.test("real timers and clock are the default", async (t) => {
  const keys = createKeys({ load: async () => jwksOf(first) });
  t.match(await keys.find("d-1"), { kid: "d-1" });
  keys.close();
});

t.test("options out of their range are the caller's bug", async (t) => {
  const load = async () => jwksOf(first);
  const wrong = [
    undefined,
    {},
    { load: "https://auth.example" },
    ...["refreshSeconds", "cooldownSeconds", "staleSeconds", "timeoutMs"].flatMap((name) =>
      [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e9, "20"].map((value) => ({ load, [name]: value })),
    ),
    ...["onFailure", "clock", "random", "timers"].flatMap((name) =>
      [7, "x", {}].map((value) => ({ load, [name]: value })),
    ),
    { load, timers: { setTimeout } },
  ];
  for (const options of wrong) t.throws(() => createKeys(options as never), TypeError, JSON.stringify(options));
});
