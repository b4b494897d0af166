import t, { type Test } from "tap";
import { createUpkeep } from "../src/upkeep.ts";
import { createTestLog } from "./test-log.ts";
import { until } from "./until.ts";

/** Upkeep whose work fails as long as a test says so, and the times at which it was tried. */
function startUpkeep(t: Test, times: { retryMs?: number; maxRetryMs?: number; everyMs?: number } = {}) {
  const { log, lines } = createTestLog();
  const state = { failure: undefined as Error | undefined, tries: [] as number[] };
  const work = async (): Promise<void> => {
    state.tries.push(performance.now());
    if (state.failure !== undefined) throw state.failure;
  };
  const upkeep = createUpkeep({ what: "the work", work, log, everyMs: 5, retryMs: 5, maxRetryMs: 5, ...times });
  t.teardown(() => upkeep.close());
  return { upkeep, state, lines };
}

t.test("work is done at once, and again and again", async (t) => {
  const { upkeep, state } = startUpkeep(t);
  await until(() => state.tries.length > 2);
  t.ok(upkeep.isDone());
});

t.test("what has failed is tried again ever more slowly, up to a bound", async (t) => {
  const { upkeep, state } = startUpkeep(t, { retryMs: 20, maxRetryMs: 80 });
  state.failure = new Error("down");
  state.tries.length = 0;
  await until(() => state.tries.length > 7);
  const waits = state.tries.slice(1).map((time, index) => time - (state.tries[index] ?? 0));
  t.ok((waits[1] ?? 0) >= 38, `doubled: ${waits}`);
  t.ok((waits[2] ?? 0) >= 78, `doubled again: ${waits}`);
  t.ok(Math.min(...waits.slice(4)) < 160, `not doubled past the bound: ${waits}`);
  t.ok(upkeep.isDone(), "what was done once stays done");
});

t.test(
  "a failure is one line from its second time on, with the innermost cause, and again after it worked",
  async (t) => {
    const { state, lines } = startUpkeep(t);
    state.failure = new Error("outer", { cause: new Error("inner") });
    await until(() => state.tries.length > 6);
    t.equal(lines.length, 1);
    t.match(JSON.parse(lines[0] ?? ""), { what: "the work", cause: "inner", level: 40 });
    state.failure = undefined;
    const { length } = state.tries;
    await until(() => state.tries.length > length + 3);
    t.equal(lines.length, 2, "that it works again is one line");
    t.match(JSON.parse(lines[1] ?? ""), { what: "the work", msg: "This works again" });
    state.failure = "no error at all" as unknown as Error;
    await until(() => lines.length === 3);
    t.match(lines[2], /no error at all/);
  },
);

t.test("another cause is another line, the same one with another file name is not", async (t) => {
  const { state, lines } = startUpkeep(t);
  const fileError = (path: string) => Object.assign(new Error(`EACCES: ${path}`), { code: "EACCES" });
  for (const failure of [new Error("the core is down"), fileError("a"), fileError("b"), new Error("down again")]) {
    state.failure = failure;
    const { length } = state.tries;
    await until(() => state.tries.length > length + 2);
  }
  t.strictSame(
    lines.map((line) => JSON.parse(line).cause),
    ["the core is down", "EACCES: a", "down again"],
  );
});

t.test("a single failure is no line, and neither is the success after it", async (t) => {
  const { state, lines } = startUpkeep(t, { retryMs: 50, maxRetryMs: 50 });
  const { length } = state.tries;
  state.failure = new Error("a hiccup");
  await until(() => state.tries.length > length);
  state.failure = undefined;
  await until(() => state.tries.length > length + 3);
  t.strictSame(lines, []);
});

t.test("once closed it has ended what was under way, and begins nothing more", async (t) => {
  const { upkeep, state } = startUpkeep(t, { everyMs: 1 });
  await until(() => state.tries.length > 0);
  await upkeep.close();
  const { length } = state.tries;
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.equal(state.tries.length, length);
  const slow = Promise.withResolvers<void>();
  const last = createUpkeep({ what: "x", work: () => slow.promise, log: createTestLog().log, everyMs: 1 });
  let isClosed = false;
  const closed = last.close().then(() => {
    isClosed = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.equal(isClosed, false);
  slow.resolve();
  await closed;
});

t.test("work that is hurried does not wait for its turn, and one turn follows what is under way", async (t) => {
  const { upkeep, state } = startUpkeep(t, { everyMs: 60_000 });
  await until(() => upkeep.isDone());
  for (const tries of [2, 3]) {
    upkeep.hurry();
    await until(() => state.tries.length === tries);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  t.equal(state.tries.length, 3);
  const slow = Promise.withResolvers<void>();
  let tries = 0;
  const busy = createUpkeep({
    what: "slow work",
    work: () => {
      tries += 1;
      return slow.promise;
    },
    log: createTestLog().log,
    everyMs: 60_000,
  });
  t.teardown(() => busy.close());
  busy.hurry();
  busy.hurry();
  t.equal(tries, 1);
  slow.resolve();
  await until(() => tries === 2);
  await new Promise((resolve) => setTimeout(resolve, 5));
  t.equal(tries, 2);
});
