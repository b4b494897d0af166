import { HttpError } from "@meshpass/http-server";
import t from "tap";
import type { CoreKeys } from "../../src/keys/core-keys.ts";
import { createKeyOperations } from "../../src/keys/key-operations.ts";
import type { KeyHolder } from "../../src/keys/rotation.ts";

const holder: KeyHolder = { service: "m3", instance: "7c1e", kids: ["d-1"], lastHeardAt: 5, live: true };

/** A core with the keys d-1, which signs, and s-1, all that happens to them in order, and what may go wrong. */
function setUp() {
  const published = new Set(["d-1", "s-1"]);
  const withdrawnAt = new Map<string, number>();
  const state = {
    receivers: [] as KeyHolder[],
    failures: new Map<string, Error>(),
    keysReady: true,
    /** What the core publishes but we have not loaded. */
    unseen: new Set<string>(),
  };
  const events: string[] = [];
  const note = async (event: string): Promise<void> => {
    events.push(event);
    const failure = state.failures.get(event.split(" ")[0] ?? "");
    if (failure !== undefined) throw failure;
  };
  const core: CoreKeys = {
    list: async () => {
      await note("list");
      return [...published].map((kid) => ({
        kid,
        family: kid.startsWith("s-") ? "static" : "dynamic",
        state: kid === "d-2" ? "staged" : "signing",
      }));
    },
    stage: async () => {
      await note("stage");
      state.unseen.add("d-2");
      return "d-2";
    },
    promote: (kid) => note(`promote ${kid}`),
    drop: async (kid) => {
      await note(`drop ${kid}`);
      published.delete(kid);
    },
  };
  const refresh = async (): Promise<void> => {
    await note("refresh");
    for (const kid of state.unseen) published.add(kid);
    state.unseen.clear();
  };
  const operations = createKeyOperations({
    core,
    coreKeys: { has: (kid) => published.has(kid) },
    keys: {
      has: (kid) => published.has(kid) && !withdrawnAt.has(kid),
      ready: () => state.keysReady,
      refresh,
      jwks: () => ({ keys: [...published].map((kid) => ({ kid })) }) as never,
    },
    withdrawn: {
      has: (kid) => withdrawnAt.has(kid),
      list: () => Array.from(withdrawnAt, ([kid, at]) => ({ kid, at })),
      add: async (kid) => {
        await note(`store ${kid}`);
        withdrawnAt.set(kid, 7);
      },
      onAdd: () => () => undefined,
    },
    receivers: () => state.receivers,
    cut: async (ends) => {
      await note(`cut ${ends}`);
      return { number: 17 };
    },
    onPromoted: () => void events.push("promoted"),
    renew: () => void events.push("renew"),
  });
  const fail = (what: string, error: Error = new Error("down")) => state.failures.set(what, error);
  return { operations, events, state, published, withdrawnAt, fail };
}

t.test("what is staged is published here too when the operator has the answer", async (t) => {
  const { operations, events } = setUp();
  t.equal(await operations.stage(), "d-2");
  t.same(events, ["stage", "refresh"]);
  t.match(await operations.list(), { rotation: { next: "promote", kid: "d-2" } });
});

t.test("that the keys cannot be read just then does not undo what the core did", async (t) => {
  const { operations, fail } = setUp();
  fail("refresh");
  t.equal(await operations.stage(), "d-2");
});

t.test("a staged key signs only once every live receiver has it, unless it is forced", async (t) => {
  const { operations, events, state } = setUp();
  await operations.stage();
  state.receivers = [holder];
  t.match(await operations.list(), {
    rotation: { next: "wait", holding: 0, receivers: 1, behind: [{ instance: "7c1e" }] },
  });
  await t.rejects(operations.promote("d-2", false), { code: "receivers_behind" });
  t.notOk(events.includes("promote d-2"));
  await operations.promote("d-2", true);
  state.receivers = [{ ...holder, kids: ["d-1", "d-2"] }];
  await operations.promote("d-2", false);
  t.same(
    events.filter((event) => event.startsWith("promote")),
    ["promote d-2", "promoted", "promote d-2", "promoted"],
  );
});

t.test("a key that is not published here is not promoted, whoever forces it", async (t) => {
  const { operations, events, withdrawnAt } = setUp();
  withdrawnAt.set("d-1", 7);
  for (const kid of ["d-9", "d-1"]) await t.rejects(operations.promote(kid, true), { code: "unknown_key" });
  t.same(events, ["list", "list"]);
});

t.test("a core that cannot sign with another key says so before anything else", async (t) => {
  const { operations, state, fail } = setUp();
  state.receivers = [holder];
  fail("list", new HttpError("not_supported_by_core"));
  await t.rejects(operations.promote("d-9", false), { code: "not_supported_by_core" });
});

t.test(
  "a withdrawn key is stored, then cut off, then dropped at the core, and what we signed with it made anew",
  async (t) => {
    const { operations, events } = setUp();
    t.same(await operations.withdraw("s-1"), { number: 17, atCore: "dropped" });
    t.same(events, ["store s-1", "cut kid s-1", "drop s-1", "refresh", "renew"]);
  },
);

t.test("a key that cannot be stored as withdrawn is neither cut nor dropped", async (t) => {
  const { operations, events, fail } = setUp();
  fail("store");
  await t.rejects(operations.withdraw("d-1"), /down/);
  t.same(events, ["store d-1"]);
});

t.test("a cut that fails is told, and withdrawing once more does it", async (t) => {
  const { operations, events, fail, state } = setUp();
  fail("cut");
  await t.rejects(operations.withdraw("d-1"), /down/);
  state.failures.clear();
  events.length = 0;
  t.match(await operations.withdraw("d-1"), { atCore: "dropped" });
  t.ok(events.includes("cut kid d-1"));
});

t.test("a core that cannot drop a key, or is away, keeps no key from being withdrawn here", async (t) => {
  const { operations, fail, withdrawnAt } = setUp();
  fail("drop", new HttpError("not_supported_by_core"));
  t.match(await operations.withdraw("d-1"), { atCore: "not_supported_by_core" });
  fail("drop", new HttpError("core_unavailable"));
  t.match(await operations.withdraw("s-1"), { atCore: "core_unavailable" });
  t.same([...withdrawnAt.keys()], ["d-1", "s-1"]);
});

t.test("a key that nobody knows is not withdrawn; one that the core has made just now is", async (t) => {
  const { operations, events, state } = setUp();
  await t.rejects(operations.withdraw("d-9"), { code: "unknown_key" });
  t.same(events, ["refresh"]);
  state.unseen.add("d-9");
  t.match(await operations.withdraw("d-9"), { atCore: "dropped" });
});

t.test("while there are no keys at all, any kid can be withdrawn: nobody could say that it is none", async (t) => {
  const { operations, state, fail } = setUp();
  state.keysReady = false;
  fail("refresh");
  t.match(await operations.withdraw("d-9"), { number: 17 });
});

t.test("a core that still publishes a withdrawn key is told to drop it, until it has", async (t) => {
  const { operations, events, fail, state } = setUp();
  await operations.dropWithdrawn();
  t.same(events, []);
  fail("drop");
  await operations.withdraw("d-1");
  events.length = 0;
  await operations.dropWithdrawn();
  t.same(events, ["drop d-1"], "in vain, so there is nothing to make anew");
  state.failures.clear();
  events.length = 0;
  await operations.dropWithdrawn();
  t.same(events, ["drop d-1", "refresh", "renew"]);
  events.length = 0;
  await operations.dropWithdrawn();
  t.same(events, []);
});

t.test("the list says of each key what the core says, and of a withdrawn one since when", async (t) => {
  const { operations, withdrawnAt } = setUp();
  withdrawnAt.set("d-1", 7);
  t.same(await operations.list(), {
    core: "embedded",
    keys: [
      { kid: "s-1", family: "static", state: "signing" },
      { kid: "d-1", family: "rotating", state: "withdrawn", withdrawnAt: 7 },
    ],
  });
});

t.test("of a core that does not say what its keys do, the list has those that it published last", async (t) => {
  const { operations, fail } = setUp();
  const keys = [
    { kid: "d-1", family: "rotating", state: "published" },
    { kid: "s-1", family: "static", state: "published" },
  ];
  fail("list", new HttpError("not_supported_by_core"));
  t.same(await operations.list(), { core: "other", keys });
  fail("list", new HttpError("core_unavailable"));
  t.same(await operations.list(), { core: "unreachable", keys });
});

t.test("before any key was read the list of a core that is away is empty", async (t) => {
  const { listKeys } = await import("../../src/keys/list-keys.ts");
  const listing = await listKeys({
    core: { list: () => Promise.reject(new HttpError("core_unavailable")) },
    keys: { jwks: () => undefined },
    withdrawn: { list: () => [], has: () => false },
    receivers: () => [],
  });
  t.same(listing, { core: "unreachable", keys: [] });
});
