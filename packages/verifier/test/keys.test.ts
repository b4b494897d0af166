import t, { type Test } from "tap";
import { createKeys, type Keys, type KeysOptions, type VerifierError } from "../src/index.ts";
import { createSigningKey } from "./fake-issuer.ts";
import { createFakeTime, settle } from "./fake-time.ts";

const first = createSigningKey("d-1");
const second = createSigningKey("d-2");
const jwksOf = (...keys: { jwk: unknown }[]): unknown => ({ keys: keys.map(({ jwk }) => jwk) });
const unavailable = (reason: string) => ({ name: "VerifierError", code: "keys_unavailable", reason });

/** Keys over a source whose answer can be changed; `loads` counts how often it was asked. */
function start(t: Test, answer: unknown, more: Partial<KeysOptions> = {}) {
  const time = createFakeTime();
  const failures: string[] = [];
  const source = { answer, loads: 0 };
  const load = async (): Promise<unknown> => {
    source.loads += 1;
    const given = await source.answer;
    if (given instanceof Error) throw given;
    return given;
  };
  const { clock, timers } = time;
  const onFailure = (error: VerifierError) => void failures.push(error.reason);
  const keys = createKeys({ load, clock, timers, random: () => 0.5, onFailure, ...more });
  t.teardown(keys.close);
  return { keys, source, time, failures };
}

async function floodWithUnknownKids(keys: Keys, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await keys.find(`d-made-up-${at}`);
}

t.test("keys are loaded without being asked for, and found at once", async (t) => {
  const { keys, source } = start(t, jwksOf(first));
  t.equal(keys.ready(), false);
  t.equal(keys.jwks(), undefined);
  t.equal(keys.has("d-1"), false);
  await settle();
  t.equal(keys.ready(), true);
  t.equal(keys.has("d-1"), true);
  const key = keys.find("d-1");
  t.notOk(key instanceof Promise, "a known key costs no promise");
  t.match(key, { kid: "d-1", pem: /^-----BEGIN PUBLIC KEY-----\n/ });
  t.equal(source.loads, 1);
});

t.test("any number of callers who wait for the first keys share one load", async (t) => {
  const { keys, source } = start(t, jwksOf(first));
  const found = await Promise.all(Array.from({ length: 100 }, () => keys.find("d-1")));
  t.equal(new Set(found).size, 1);
  t.equal(source.loads, 1);
});

t.test("without keys everybody is told keys_unavailable, and it mends itself", async (t) => {
  const { keys, source, time, failures } = start(t, new Error("secret text of the server"));
  await t.rejects(keys.find("d-1") as Promise<unknown>, unavailable("jwks_unreachable"), "the first load");
  await t.rejects(
    keys.find("d-1") as Promise<unknown>,
    unavailable("jwks_unreachable"),
    "the one that an unknown kid may cause",
  );
  for (let at = 0; at < 100; at += 1) {
    await t.rejects(keys.find("d-1") as Promise<unknown>, unavailable("keys_missing"));
  }
  t.equal(source.loads, 2, "a hundred more callers cause no load");
  await time.advance(8);
  t.equal(source.loads, 5, "it tries again after 1, 2 and 4 s");
  source.answer = jwksOf(first);
  await time.advance(8);
  t.equal(keys.has("d-1"), true);
  t.same(failures, Array(5).fill("jwks_unreachable"), "every failure is reported once");
});

t.test("the wait between tries without keys stops growing at the refresh interval", async (t) => {
  const { source, time } = start(t, {});
  await time.advance(51);
  t.equal(source.loads, 7, "at 0, 1, 3, 7, 15, 31 and 51 s");
});

t.test("keys are loaded anew every 20 s, a tenth more or less", async (t) => {
  const early = start(t, jwksOf(first), { random: () => 0 });
  const late = start(t, jwksOf(first), { random: () => 0.999 });
  await settle();
  await Promise.all([early.time.advance(18), late.time.advance(21.9)]);
  t.same([early.source.loads, late.source.loads], [2, 1]);
  await late.time.advance(0.1);
  t.equal(late.source.loads, 2);
});

t.test("a new key is found in the background, with no unknown kid asked for", async (t) => {
  const { keys, source, time } = start(t, jwksOf(first));
  await settle();
  source.answer = jwksOf(second, first);
  await time.advance(20);
  t.equal(keys.has("d-2"), true);
});

t.test("an unknown kid causes one load for all who ask, and finds a key that was just published", async (t) => {
  const { keys, source } = start(t, jwksOf(first));
  await settle();
  source.answer = jwksOf(first, second);
  const found = await Promise.all(Array.from({ length: 50 }, () => keys.find("d-2")));
  t.equal(found.filter((key) => key?.kid === "d-2").length, 50);
  t.equal(source.loads, 2);
});

t.test("10,000 unknown kids cause at most one load in a cool-down", async (t) => {
  const { keys, source, time } = start(t, jwksOf(first), { refreshSeconds: 3_600 });
  await settle();
  await floodWithUnknownKids(keys, 10_000);
  t.equal(source.loads, 2);
  t.equal(keys.find("d-made-up"), undefined, "refused at once, with no promise");
  await time.advance(29.9);
  await floodWithUnknownKids(keys, 10);
  t.equal(source.loads, 2);
  await time.advance(0.1);
  await floodWithUnknownKids(keys, 10);
  t.equal(source.loads, 3);
});

t.test("the cool-down also covers loads that fail", async (t) => {
  const { keys, source, failures } = start(t, jwksOf(first), { refreshSeconds: 3_600 });
  await settle();
  source.answer = new Error("down");
  await floodWithUnknownKids(keys, 1_000);
  t.equal(source.loads, 2);
  t.same(failures, ["jwks_unreachable"]);
  t.equal(keys.has("d-1"), true, "and the good keys stay");
});

t.test("a rotation during a flood of unknown kids is found by the next background load", async (t) => {
  const { keys, source, time } = start(t, jwksOf(first));
  await settle();
  await floodWithUnknownKids(keys, 1_000);
  source.answer = jwksOf(second, first);
  for (let second = 0; second < 20; second += 1) {
    await floodWithUnknownKids(keys, 100);
    await time.advance(1);
  }
  t.equal(keys.has("d-2"), true);
  t.equal(source.loads, 3, "the first, the one that the flood may cause, the background one");
});

t.test("an unknown kid neither delays nor fails a known one", async (t) => {
  const { keys, source } = start(t, jwksOf(first));
  await settle();
  source.answer = new Promise(() => {});
  const waiting = keys.find("d-made-up");
  t.ok(waiting instanceof Promise);
  t.match(keys.find("d-1"), { kid: "d-1" }, "at once, while the load for the unknown one hangs");
});

t.test("a load that hangs ends at its deadline, and the good keys stay", async (t) => {
  const { keys, source, time, failures } = start(t, jwksOf(first));
  await settle();
  source.answer = new Promise(() => {});
  const unknown = keys.find("d-2");
  await time.advance(2);
  t.equal(await unknown, undefined);
  t.same(failures, ["jwks_timeout"]);
  t.equal(keys.ready(), true);
});

t.test("the deadline aborts the signal, and an answer that comes after it changes nothing", async (t) => {
  const time = createFakeTime();
  const signals: AbortSignal[] = [];
  let answer: (jwks: unknown) => void = () => undefined;
  const load = (signal: AbortSignal): Promise<unknown> => {
    signals.push(signal);
    return new Promise((resolve) => {
      answer = resolve;
    });
  };
  const keys = createKeys({ load, clock: time.clock, timers: time.timers, timeoutMs: 500 });
  t.teardown(keys.close);
  await time.advance(0.5);
  t.equal(signals[0]?.aborted, true);
  answer(jwksOf(first));
  await settle();
  t.equal(keys.ready(), false);
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
  t.test(`${what} for a JWKS leaves the last good keys in force, and is fetched once an interval`, async (t) => {
    const { keys, source, time, failures } = start(t, jwksOf(first));
    await settle();
    source.answer = answer;
    await time.advance(60);
    t.equal(source.loads, 4);
    t.equal(failures.length, 3);
    t.match(keys.find("d-1"), { kid: "d-1" });
    t.same(keys.jwks(), jwksOf(first));
  });
}

t.test("the last good keys serve for 24 h while loading fails, and no longer", async (t) => {
  const { keys, source, time } = start(t, jwksOf(first), { refreshSeconds: 3_600 });
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
  const { keys } = start(t, jwksOf(first), { clock: () => Number.NaN });
  await settle();
  t.equal(keys.has("d-1"), false);
  await t.rejects(keys.find("d-1") as Promise<unknown>, unavailable("keys_stale"));
});

t.test("a clock that is set back does not make the cool-down longer", async (t) => {
  const { keys, source, time } = start(t, jwksOf(first), { refreshSeconds: 3_600 });
  await settle();
  await keys.find("d-made-up");
  time.jump(-3_600);
  await keys.find("d-made-up");
  t.equal(source.loads, 3);
});

t.test("a key that is not published any more is gone with the next load", async (t) => {
  const { keys, source, time } = start(t, jwksOf(first, second));
  await settle();
  source.answer = jwksOf(second);
  await time.advance(20);
  t.equal(keys.has("d-1"), false);
});

t.test("refresh loads whatever the cool-down, and resolves on keys loaded after it was called", async (t) => {
  const { keys, source } = start(t, jwksOf(first));
  source.answer = jwksOf(first, second);
  await Promise.all(Array.from({ length: 20 }, () => keys.refresh()));
  t.equal(source.loads, 2, "one that was under way, and one more for all");
  t.equal(keys.has("d-2"), true);
  source.answer = new Error("down");
  await t.rejects(keys.refresh(), unavailable("jwks_unreachable"));
  t.equal(keys.has("d-2"), true);
});

t.test("listeners hear of every change of keys, and of nothing else", async (t) => {
  const { keys, source } = start(t, jwksOf(first));
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
  source.answer = jwksOf(first, { jwk: { ...createSigningKey("d-2").jwk } });
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
  const { keys } = start(t, {
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
  const { keys, source, time, failures } = start(t, jwksOf(first));
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
  const { keys, time } = start(t, new Promise(() => {}));
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
  ];
  for (const options of wrong) t.throws(() => createKeys(options as never), TypeError, JSON.stringify(options));
});
