import type { Confirmation } from "@meshpass/protocol";
import t from "tap";
import { createConfirmations } from "../../src/cutoffs/create-confirmations.ts";
import { createFakeTime, settle } from "../fake-time.ts";

/** Confirmations to a server whose answers the test gives. */
function start() {
  const time = createFakeTime();
  const sent: Confirmation[] = [];
  const answers: { good(): void; bad(): void }[] = [];
  const counts = { failed: 0, head: 1 };
  const confirmations = createConfirmations({
    describe: () => ({ instance: "i", version: "1", epoch: 1, head: counts.head, kids: [], keysAgeSeconds: 0, now: 0 }),
    send: (confirmation) => {
      sent.push(confirmation);
      return new Promise((resolve, reject) => answers.push({ good: resolve, bad: () => reject(new Error("503")) }));
    },
    onFailure: () => void counts.failed++,
    timers: time.timers,
  });
  const answer = async (how: "good" | "bad") => {
    answers.shift()?.[how]();
    await settle();
  };
  return { ...confirmations, time, sent, answer, counts, heads: () => sent.map(({ head }) => head) };
}

t.test("a change is confirmed at once, and what came meanwhile by one more, a tenth of a second later", async (t) => {
  const { note, heads, counts, answer, time } = start();
  note();
  counts.head = 2;
  note();
  counts.head = 3;
  note();
  t.same(heads(), [1]);
  await answer("good");
  counts.head = 4;
  note();
  t.same(heads(), [1]);
  await time.advance(0.1);
  t.same(heads(), [1, 4]);
  await answer("good");
  await time.advance(1);
  t.same(heads(), [1, 4]);
  note();
  t.same(heads(), [1, 4, 4], "at once again");
});

t.test("without a change it is confirmed every 10 s", async (t) => {
  const { note, heads, answer, time } = start();
  note();
  await answer("good");
  await time.advance(9.95);
  t.equal(heads().length, 1);
  await time.advance(0.05);
  t.equal(heads().length, 2);
  await answer("good");
  await time.advance(10);
  t.equal(heads().length, 3);
});

t.test("one that fails is counted and left to the next", async (t) => {
  const { note, heads, answer, time, counts } = start();
  note();
  await answer("bad");
  t.same([heads().length, counts.failed], [1, 1]);
  await time.advance(10);
  t.equal(heads().length, 2);
});

t.test("one without an answer is given up after 2 s", async (t) => {
  const { note, heads, time, counts } = start();
  note();
  await time.advance(2);
  t.equal(counts.failed, 1);
  note();
  await time.advance(0.1);
  t.equal(heads().length, 2);
});

t.test("leaving between two confirmations leaves no timer", async (t) => {
  const { note, leave, answer, time, sent } = start();
  note();
  await answer("good");
  const left = leave();
  await answer("good");
  await left;
  t.equal(time.waiting(), 0);
  t.equal(sent.length, 2);
});

t.test("leaving is said once, waits 500 ms at most, and ends the rest", async (t) => {
  const { note, leave, sent, time, counts } = start();
  note();
  const left = leave();
  t.match(sent, [{}, { leaving: true }]);
  t.equal(sent[0]?.leaving, undefined);
  await time.advance(0.5);
  await left;
  counts.head = 2;
  note();
  await time.advance(60);
  t.equal(sent.length, 2);
  t.equal(time.waiting(), 0);
});
