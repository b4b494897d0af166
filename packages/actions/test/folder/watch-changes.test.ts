import t from "tap";
import { watchChanges } from "../../src/folder/watch-changes.ts";
import { createFakeTimers } from "../fake-timers.ts";

/** Watches `prints`, one look after the other; the last one stays. */
function watch(prints: readonly (string | Error)[]) {
  const { timers, pass, pending } = createFakeTimers();
  const changes: number[] = [];
  let looks = 0;
  const fingerprint = async () => {
    const print = prints[Math.min(looks, prints.length - 1)] ?? "";
    looks += 1;
    if (print instanceof Error) throw print;
    return print;
  };
  const onChange = async () => void changes.push(looks);
  const stop = watchChanges({ fingerprint, onChange, timers, pollMs: 100 }, "first");
  return { pass, stop, pending, changes, looks: () => looks };
}

t.test("a change is taken once two looks agree, and only once", async (t) => {
  const { pass, changes, stop } = watch(["first", "half", "whole", "whole", "whole"]);
  await pass(1_000);
  t.strictSame(changes, [4]);
  stop();
});

t.test("what goes back to what it was is no change; what changes again is one", async (t) => {
  const { pass, changes, stop } = watch(["half", "first", "first", "b", "b", "first", "first"]);
  await pass(1_000);
  t.strictSame(changes, [5, 7]);
  stop();
});

t.test("what cannot be looked at any more is a change, too", async (t) => {
  const { pass, changes, stop } = watch([Object.assign(new Error(), { code: "EACCES" })]);
  await pass(1_000);
  t.strictSame(changes, [2]);
  stop();
});

t.test("once it is stopped nothing is looked at any more", async (t) => {
  const { pass, changes, stop, pending, looks } = watch(["b"]);
  await pass(100);
  stop();
  await pass(1_000);
  t.strictSame([changes, looks(), pending()], [[], 1, 0]);
});
