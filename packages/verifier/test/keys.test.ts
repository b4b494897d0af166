import t from "tap";
import { createKeys, type Keys } from "../src/index.ts";
import { createSigningKey } from "./fake-issuer.ts";
import { createFakeTime, settle } from "./fake-time.ts";
import { first, jwksOf, second, startKeys, unavailable } from "./start-keys.ts";

async function floodWithUnknownKids(keys: Keys, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await keys.find(`d-made-up-${at}`);
}

t.test("keys are loaded without being asked for, and found at once", async (t) => {
  const { keys, source } = startKeys(t, jwksOf(first));
  t.equal(keys.ready(), false);
  t.equal(keys.jwks(), undefined);
  t.equal(keys.has("d-1"), false);
  await settle();
  t.equal(keys.ready(), true);
  t.equal(keys.has("d-1"), true);
  const key = keys.find("d-1");
  t.notOk(key instanceof Promise, "a known key costs no promise");
  t.match(key, { kid: "d-1", publicKey: { type: "public", asymmetricKeyType: "rsa" } });
  t.equal(source.loads, 1);
});

t.test("any number of callers who wait for the first keys share one load", async (t) => {
  const { keys, source } = startKeys(t, jwksOf(first));
  const found = await Promise.all(Array.from({ length: 100 }, () => keys.find("d-1")));
  t.equal(new Set(found).size, 1);
  t.equal(source.loads, 1);
});

t.test(
  "without keys everybody is told keys_unavailable, nobody causes a load, and it mends itself (mobula #28)",
  async (t) => {
    const { keys, source, time, failures } = startKeys(t, new Error("secret text of the server"));
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
  },
);

t.test(
  "an unknown kid causes one load for all who ask, and finds a key that was just published (auth0-api-auth-samples)",
  async (t) => {
    const { keys, source } = startKeys(t, jwksOf(first));
    await settle();
    source.answer = jwksOf(first, second);
    const found = await Promise.all(Array.from({ length: 50 }, () => keys.find("d-2")));
    t.equal(found.filter((key) => key?.kid === "d-2").length, 50);
    t.equal(source.loads, 2);
  },
);

t.test("10,000 unknown kids cause at most one load in a cool-down (jwks-rsa and get-jwks defaults)", async (t) => {
  const { keys, source, time } = startKeys(t, jwksOf(first), { refreshSeconds: 3_600 });
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

t.test("tokens of a key that was withdrawn cause one load, and none that keeps its successor out", async (t) => {
  const successor = createSigningKey("d-3");
  const { keys, source } = startKeys(t, jwksOf(first, second), { refreshSeconds: 3_600 });
  await settle();
  source.answer = jwksOf(second);
  await keys.refresh();
  for (let call = 0; call < 1_000; call += 1) await keys.find("d-1");
  t.equal(source.loads, 3, "the first, the one that withdrew it, the one that it may cause");
  source.answer = jwksOf(second, successor);
  t.match(await keys.find("d-3"), { kid: "d-3" });
  await floodWithUnknownKids(keys, 100);
  t.equal(source.loads, 4, "nor do kids that nobody knows cause another");
  source.answer = jwksOf(first, second);
  await keys.refresh();
  t.match(keys.find("d-1"), { kid: "d-1" }, "one that is published again is as good as any");
});

t.test("a key that was published after a load had asked is looked for once more", async (t) => {
  const { keys, source } = startKeys(t, jwksOf(first), { refreshSeconds: 3_600 });
  await settle();
  const { promise, resolve } = Promise.withResolvers<unknown>();
  source.answer = promise;
  const refreshed = keys.refresh();
  const found = [keys.find("d-2"), keys.find("d-2")];
  source.answer = jwksOf(first, second);
  resolve(jwksOf(first));
  await refreshed;
  t.match(await Promise.all(found), [{ kid: "d-2" }, { kid: "d-2" }]);
  t.equal(source.loads, 3, "the first, the one that was too early, one more for both");
});

t.test("the cool-down also covers loads that fail", async (t) => {
  const { keys, source, failures } = startKeys(t, jwksOf(first), { refreshSeconds: 3_600 });
  await settle();
  source.answer = new Error("down");
  await floodWithUnknownKids(keys, 1_000);
  t.equal(source.loads, 2);
  t.same(failures, ["jwks_unreachable"]);
  t.equal(keys.has("d-1"), true, "and the good keys stay");
});

t.test("a rotation during a flood of unknown kids is found by the next background load (Engram #1641)", async (t) => {
  const { keys, source, time } = startKeys(t, jwksOf(first));
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

t.test("an unknown kid neither delays nor fails a known one (fastapi-zitadel-auth #156)", async (t) => {
  const { keys, source } = startKeys(t, jwksOf(first));
  await settle();
  source.answer = new Promise(() => {});
  const waiting = keys.find("d-made-up");
  t.ok(waiting instanceof Promise);
  t.match(keys.find("d-1"), { kid: "d-1" }, "at once, while the load for the unknown one hangs");
});

t.test("a load that hangs ends at its deadline, and the good keys stay", async (t) => {
  const { keys, source, time, failures } = startKeys(t, jwksOf(first));
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

t.test("a clock that is set back does not make the cool-down longer", async (t) => {
  const { keys, source, time } = startKeys(t, jwksOf(first), { refreshSeconds: 3_600 });
  await settle();
  await keys.find("d-made-up");
  time.jump(-3_600);
  await keys.find("d-made-up");
  t.equal(source.loads, 3);
});
