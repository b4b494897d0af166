import { setTimeout as sleep } from "node:timers/promises";
import t, { type Test } from "tap";
import { endWhenChanged } from "../../src/map/end-when-changed.ts";
import { until } from "../until.ts";

/** A source whose print a test can change, and how often it was asked for. */
function createWatch(t: Test) {
  // A watch keeps no process alive, so the test has to.
  const alive = setInterval(() => undefined, 1_000);
  t.teardown(() => clearInterval(alive));
  const state = { fingerprint: "1" as string | undefined, looks: 0 };
  const closing = new AbortController();
  const source = {
    name: "map",
    read: async () => Buffer.from(""),
    fingerprint: async () => {
      state.looks += 1;
      if (state.fingerprint === undefined) throw new Error("gone");
      return state.fingerprint;
    },
  };
  return { state, closing, watch: { source, fingerprint: "1", pollMs: 2, signal: closing.signal } };
}

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("ended"))));

t.test("work on what stays the same is done, and then nobody looks any more", async (t) => {
  const { watch, state } = createWatch(t);
  const work = async () => {
    await until(() => state.looks > 2);
    return "done";
  };
  t.equal(await endWhenChanged(watch, work), "done");
  await sleep(10);
  const { looks } = state;
  await sleep(20);
  t.equal(state.looks, looks);
});

t.test("work on what changes is ended, and gives nothing", async (t) => {
  const { watch, state } = createWatch(t);
  const working = endWhenChanged(watch, untilAborted);
  await until(() => state.looks > 0);
  state.fingerprint = "2";
  t.equal(await working, undefined);
});

t.test("what is gone ends nothing, and what takes its place does", async (t) => {
  const { watch, state } = createWatch(t);
  const working = endWhenChanged(watch, untilAborted);
  state.fingerprint = undefined;
  await until(() => state.looks > 5);
  t.equal(await Promise.race([working, "still at work"]), "still at work");
  state.fingerprint = "2";
  t.equal(await working, undefined);
});

t.test("work that fails by itself, or is ended from outside, fails", async (t) => {
  const { watch, closing } = createWatch(t);
  await t.rejects(
    endWhenChanged(watch, () => Promise.reject(new Error("out of memory"))),
    /out of memory/,
  );
  const working = endWhenChanged(watch, untilAborted);
  closing.abort();
  await t.rejects(working, /ended/);
});
