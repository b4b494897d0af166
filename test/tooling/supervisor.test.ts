import { setTimeout as sleep } from "node:timers/promises";
import t, { type Test } from "tap";
import { createSupervisor } from "../../scripts/supervisor.ts";

/** A supervisor with one process, which says at its parent's word that it is ready. */
function supervise(t: Test) {
  const source = 'process.stdin.once("data", () => console.log("ready"));';
  const deaf = 'import { closeSync } from "node:fs"; closeSync(0); setTimeout(() => console.log("ready"), 500);';
  const folder = t.testdir({ "waits.mjs": source, "fails.mjs": "process.exit(1)", "deaf.mjs": deaf });
  const seen: string[] = [];
  const note = (line: string) => void seen.push(line);
  const supervisor = createSupervisor({ print: note, warn: note, onFailedStart: () => note("gave up") });
  t.teardown(() => supervisor.stop());
  const describe = (file: string) => ({ name: "m1", level: 0, args: [`${folder}/${file}`], env: {} });
  return { supervisor, seen, describe };
}

t.test("a process that may not go on yet waits, and goes on when it may", async (t) => {
  const { supervisor, seen, describe } = supervise(t);
  const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
  const ready = supervisor.start(describe("waits.mjs"), mayGoOn);
  await sleep(300);
  t.same(seen, []);
  goOn();
  await ready;
  t.same(seen, ["ready"]);
});

t.test("one that ends before it may go on has failed to start", async (t) => {
  const { supervisor, seen, describe } = supervise(t);
  void supervisor.start(describe("fails.mjs"), new Promise(() => undefined));
  for (let round = 0; seen.length < 2 && round < 500; round += 1) await sleep(10);
  t.same(seen, ["m1 could not start (exit code 1)", "gave up"]);
});

t.test("a word that a process cannot hear any more ends nothing", async (t) => {
  const { supervisor, seen, describe } = supervise(t);
  await supervisor.start(describe("deaf.mjs"), sleep(300));
  t.same(seen, ["ready"]);
});

t.test("a process that waits is ended with the rest", async (t) => {
  const { supervisor, seen, describe } = supervise(t);
  void supervisor.start(describe("waits.mjs"), new Promise(() => undefined));
  await supervisor.stop();
  t.same(seen, []);
});
