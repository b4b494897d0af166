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
  await until(() => state.tries.length > 5);
  const waits = state.tries.slice(1).map((time, index) => time - (state.tries[index] ?? 0));
  t.ok((waits[1] ?? 0) >= 38, `doubled: ${waits}`);
  t.ok((waits[2] ?? 0) >= 78, `doubled again: ${waits}`);
  t.ok((waits[4] ?? 0) < 160, `not doubled past the bound: ${waits}`);
  t.ok(upkeep.isDone(), "what was done once stays done");
});

t.test(
  "a failure is one line from its second time on, with the innermost cause, and again after a success",
  async (t) => {
    const { state, lines } = startUpkeep(t);
    state.failure = new Error("outer", { cause: new Error("inner") });
    await until(() => state.tries.length > 6);
    t.equal(lines.length, 1);
    t.match(JSON.parse(lines[0] ?? ""), { what: "the work", cause: "inner", level: 40 });
    state.failure = undefined;
    const { length } = state.tries;
    await until(() => state.tries.length > length + 1);
    state.failure = "no error at all" as unknown as Error;
    await until(() => lines.length === 2);
    t.match(lines[1], /no error at all/);
  },
);

t.test("once closed it begins nothing more", async (t) => {
  const { upkeep, state } = startUpkeep(t, { everyMs: 1 });
  await until(() => state.tries.length > 0);
  upkeep.close();
  const { length } = state.tries;
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.ok(state.tries.length <= length + 1);
});
