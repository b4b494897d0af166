import { setImmediate as nextTurn } from "node:timers/promises";
import t from "tap";
import { writeTogether } from "../../src/limits/write-together.ts";

/** Writes that end when they are told to. */
function createWrites() {
  const ends: ((error?: Error) => void)[] = [];
  const write = () =>
    new Promise<void>((resolve, reject) => {
      ends.push((error) => (error === undefined ? resolve() : reject(error)));
    });
  return { ends, write };
}
/** More turns than a write waits before it begins. */
const turn = async () => {
  for (let i = 0; i < 3; i += 1) await nextTurn();
};

t.test("who asks in the same turn, or during a write, shares one", async (t) => {
  const { ends, write } = createWrites();
  const save = writeTogether(write);
  const first = [save(), save(), save()];
  await turn();
  t.equal(ends.length, 1);
  const second = [save(), save()];
  await turn();
  t.equal(ends.length, 1, "one at a time");
  ends[0]?.();
  await Promise.all(first);
  await turn();
  t.equal(ends.length, 2);
  ends[1]?.();
  await Promise.all(second);
});

t.test("a write that failed fails those who shared it, and no other", async (t) => {
  const { ends, write } = createWrites();
  const save = writeTogether(write);
  const [one, two] = [save(), save()];
  await turn();
  const next = save();
  ends[0]?.(new Error("disk full"));
  await t.rejects(one, /disk full/);
  await t.rejects(two, /disk full/);
  await turn();
  ends[1]?.();
  await next;
});
