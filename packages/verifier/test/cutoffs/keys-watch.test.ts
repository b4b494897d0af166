import t from "tap";
import { createKeysWatch } from "../../src/cutoffs/keys-watch.ts";
import { settle } from "../fake-time.ts";

function start() {
  const counts = { loads: 0 };
  const source = { load: async (): Promise<void> => undefined };
  const refresh = () => {
    counts.loads += 1;
    return source.load();
  };
  return { counts, source, watch: createKeysWatch({ refresh }) };
}

t.test("keys are loaded when the feed says that they have changed, and only then", async (t) => {
  const { counts, watch } = start();
  watch.note(undefined);
  for (let at = 0; at < 3; at += 1) watch.note("a");
  t.equal(counts.loads, 0, "the first mark is of the keys that are there");
  watch.note("b");
  t.equal(counts.loads, 1, "at once");
  await settle();
  watch.note("b");
  t.equal(counts.loads, 1);
  watch.note("a");
  t.equal(counts.loads, 2, "back again is a change too");
});

t.test("a load that fails is tried again with the next envelope, one at a time", async (t) => {
  const { counts, source, watch } = start();
  watch.note("a");
  source.load = () => Promise.reject(new Error("down"));
  watch.note("b");
  watch.note("b");
  t.equal(counts.loads, 1, "one is under way");
  await settle();
  watch.note("b");
  await settle();
  t.equal(counts.loads, 2);
  source.load = async () => undefined;
  watch.note("b");
  await settle();
  watch.note("b");
  t.equal(counts.loads, 3);
});
