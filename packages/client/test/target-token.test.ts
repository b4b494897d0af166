import t from "tap";
import { ClientError } from "../src/client-error.ts";
import type { Token } from "../src/request-token.ts";
import { createTargetToken } from "../src/target-token.ts";
import { fakeClock } from "./fakes.ts";

const lifeMs = 300_000;
const down = new ClientError("auth_server_unreachable", "down");

interface Asked {
  readonly mustBeNew: boolean;
  readonly grant: (value: string, livesMs?: number) => Promise<void>;
  readonly fail: (error: unknown) => Promise<void>;
}

/** A target token whose requests are answered by hand. `random` 0.5 puts the refresh at 80 % of a life. */
function setUp(random = 0.5) {
  const time = fakeClock();
  const asked: Asked[] = [];
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const request = (mustBeNew: boolean) =>
    new Promise<Token>((resolve, reject) => {
      asked.push({
        mustBeNew,
        grant: (value, livesMs = lifeMs) => {
          resolve({ value, scheme: "Bearer", expiresAt: time.clock() + livesMs });
          return settled();
        },
        fail: (error) => {
          reject(error);
          return settled();
        },
      });
    });
  const token = createTargetToken({ request, clock: time.clock, random: () => random });
  const get = async (fresh = false) => (await token.get(fresh)).value;
  const last = () => asked.at(-1) as Asked;
  async function holding(value = "a") {
    const first = get();
    await last().grant(value);
    await first;
  }
  return { ...time, ...token, asked, get, last, holding, settled };
}

t.test("20 first callers at once make one request, and all get its token", async (t) => {
  const { get, asked, last } = setUp();
  const callers = Array.from({ length: 20 }, () => get());
  await last().grant("a");
  t.same(new Set(await Promise.all(callers)), new Set(["a"]));
  t.equal(asked.length, 1);
});

t.test("a held token is given again without asking", async (t) => {
  const { get, asked, holding, advance } = setUp();
  await holding();
  advance(lifeMs * 0.79);
  t.equal(await get(), "a");
  t.equal(asked.length, 1);
});

t.test("the next token is fetched in the background at 80 % of the life, and nobody waits for it", async (t) => {
  const { get, asked, holding, advance, last } = setUp();
  await holding();
  advance(lifeMs * 0.8);
  t.same(await Promise.all([get(), get(), get()]), ["a", "a", "a"]);
  t.equal(asked.length, 2);
  t.equal(last().mustBeNew, false);
  await last().grant("b");
  t.equal(await get(), "b");
  t.equal(asked.length, 2);
});

t.test("the moment of the refresh is spread from 70 to 90 % of the life", async (t) => {
  for (const [random, share] of [
    [0, 0.7],
    [1, 0.9],
  ] as const) {
    const { get, asked, holding, advance } = setUp(random);
    await holding();
    advance(lifeMs * share - 1);
    await get();
    t.equal(asked.length, 1, `not before ${share}`);
    advance(1);
    await get();
    t.equal(asked.length, 2, `at ${share}`);
  }
});

t.test("while the auth server is down a valid token stays in use, and the attempts back off", async (t) => {
  const { get, asked, holding, advance, last } = setUp();
  await holding();
  advance(lifeMs * 0.8);
  let attempts = 0;
  const given = new Set<string>();
  for (let ms = 0; ms < 50_000; ms += 50) {
    given.add(await get());
    if (asked.length > 1 + attempts) {
      attempts += 1;
      await last().fail(down);
    }
    advance(50);
  }
  t.same(given, new Set(["a"]));
  t.equal(attempts, 11, "11 in 50 s, not one a call");
});

t.test(
  "an expired token is never handed out: not at its last millisecond, not while the auth server is down (m2m-auth: cache ignores exp)",
  async (t) => {
    const { get, holding, advance, last } = setUp();
    await holding();
    advance(lifeMs - 1);
    t.equal(await get(), "a");
    await last().fail(down);
    advance(1);
    await t.rejects(get(), down, "resting, it fails at once");
    advance(1_000);
    const waiting = t.rejects(get(), down);
    await last().fail(down);
    await waiting;
  },
);

t.test(
  "without a token the auth server is asked again after a short rest, and the first success ends it",
  async (t) => {
    const { get, asked, advance, last } = setUp();
    const first = t.rejects(get(), down);
    await last().fail(down);
    await first;
    await t.rejects(get(), down);
    t.equal(asked.length, 1, "at once, the remembered failure answers");
    advance(250);
    const second = get();
    await last().grant("a");
    t.equal(await second, "a");
    t.equal(asked.length, 2);
  },
);

t.test("a token that lives a second is asked for once a second, not in a loop (m2m-auth: endless loop)", async (t) => {
  const { get, asked, last, advance } = setUp();
  const first = get();
  await last().grant("a", 1_000);
  await first;
  for (let i = 0; i < 10; i += 1) await get();
  t.equal(asked.length, 1);
  advance(1_000);
  const second = get();
  await last().grant("b", 1_000);
  t.equal(await second, "b");
  t.equal(asked.length, 2);
});

t.test("fresh has a new one minted whatever is held, and its callers share it", async (t) => {
  const { get, asked, holding, last } = setUp();
  await holding();
  const fresh = [get(true), get(true)];
  t.equal(asked.length, 2);
  t.equal(last().mustBeNew, true);
  await last().grant("b");
  t.same(await Promise.all(fresh), ["b", "b"]);
  t.equal(await get(), "b");
});

t.test("a request for a new token is not satisfied by one that was already under way, nor undone by it", async (t) => {
  const { get, asked, last } = setUp();
  const ordinary = get();
  const fresh = get(true);
  t.equal(asked.length, 2);
  await last().grant("new");
  t.equal(await fresh, "new");
  await asked[0]?.grant("old");
  t.equal(await ordinary, "old", "who waited for it gets it");
  t.equal(await get(), "new", "but it is not kept");
});

t.test("a rejected token is dropped, and its successor must be new", async (t) => {
  const { get, drop, holding, last } = setUp();
  await holding("a");
  drop("a");
  const next = get();
  t.equal(last().mustBeNew, true);
  await last().grant("b");
  t.equal(await next, "b");
});

t.test("a rejected token that has a successor already does not cost the successor", async (t) => {
  const { get, asked, drop, holding } = setUp();
  await holding("b");
  drop("a");
  t.equal(await get(), "b");
  t.equal(asked.length, 1);
});

t.test("100 callers whose token was rejected make one request together", async (t) => {
  const { get, asked, drop, holding, last } = setUp();
  await holding("a");
  const retries = Array.from({ length: 100 }, () => {
    drop("a");
    return get();
  });
  await last().grant("b");
  t.same(new Set(await Promise.all(retries)), new Set(["b"]));
  t.equal(asked.length, 2);
});

t.test("a target that rejects every token costs five mints, then one a second (m2m-auth: endless loop)", async (t) => {
  const { get, asked, drop, holding, last, advance } = setUp();
  await holding("0");
  const renew = async (from: number): Promise<void> => {
    drop(String(from));
    const renewed = get();
    await last().grant(String(from + 1));
    await renewed;
  };
  for (let count = 0; count < 5; count += 1) await renew(count);
  t.equal(asked.length, 6, "cuts may follow one another, and each token is of a decision of its own");
  for (let call = 0; call < 10; call += 1) {
    drop("5");
    t.equal(await get(), "5", "the same token, so there is nothing to try again with");
  }
  advance(1_000);
  await renew(5);
  drop("6");
  t.equal(await get(), "6", "one a second");
  t.equal(asked.length, 7);
});

t.test("after a renewal, and after a success, everything is as it was at first", async (t) => {
  const { get, asked, drop, holding, last, advance } = setUp();
  await holding("a");
  drop("a");
  const failed = t.rejects(get(), down);
  await last().fail(down);
  await failed;
  advance(250);
  const renewed = get();
  await last().grant("b");
  await renewed;
  advance(lifeMs);
  const next = get();
  t.equal(last().mustBeNew, false, "the one after the renewed one need not be new");
  await last().grant("c");
  t.equal(await next, "c");
  advance(lifeMs * 0.8);
  await get();
  await last().fail(down);
  const before = asked.length;
  advance(250);
  await get();
  t.equal(asked.length, before + 1, "the back-off begins at 250 ms again");
});
