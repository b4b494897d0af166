import type { ActionLog } from "@meshpass/actions";
import t from "tap";
import { createExecutor } from "../../src/child/create-executor.ts";
import { createFakeChildren, type FakeChild } from "../fake-child.ts";
import { createFakeTimers } from "../fake-timers.ts";

const settled = () => new Promise(setImmediate);
const codeOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => "allowed",
    ({ code }: { code: string }) => code,
  );
const idsSentTo = (child: FakeChild | undefined) => child?.sent.map((line) => JSON.parse(line).id);

/** An executor of a.ts whose first process is ready, unless `isLoaded` is false. */
async function execute({ isLoaded = true } = {}) {
  const { timers, pass, pending } = createFakeTimers();
  const { children, start } = createFakeChildren();
  const restarts: string[] = [];
  const logs: ActionLog[] = [];
  const executor = createExecutor({
    actions: ["a.ts"],
    start,
    timers,
    timeLimitMs: 500,
    onLog: (line) => logs.push(line),
    onRestart: (why) => restarts.push(why),
  });
  const child = (index: number) => children[index] as FakeChild;
  if (isLoaded) {
    child(0).say({ kind: "ready" });
    await executor.ready;
  }
  return { executor, children, child, restarts, logs, pass, pending };
}

t.test("a request is sent to the process and has its answer", async (t) => {
  const { executor, child, pending } = await execute();
  const run = executor.run('{"n":1}');
  t.strictSame(child(0).sent, ['{"id":1,"event":{"n":1}}']);
  child(0).say({ kind: "answer", id: 1, verdict: { claims: { a: 1 }, ignored: [] } });
  t.same(await run, { claims: { a: 1 }, warnings: [] });
  t.equal(pending(), 0, "no alarm is left");
});

t.test("an action that ended with an error fails its request alone, and the process goes on", async (t) => {
  const { executor, child, children } = await execute();
  const runs = [executor.run("1"), executor.run("2")] as const;
  child(0).say({ kind: "answer", id: 1, verdict: { failed: { action: "a.ts", text: "line 2: boo" } } });
  child(0).allow(2);
  await t.rejects(runs[0], { code: "action_failed", message: "a.ts ended with an error: line 2: boo" });
  t.equal(await codeOf(runs[1]), "allowed");
  t.equal(children.length, 1);
});

t.test("a set that does not load is an error, and is not tried again", async (t) => {
  const { executor, child, children, pass, restarts } = await execute({ isLoaded: false });
  child(0).say({ kind: "unloadable", action: "a.ts", text: "line 2: odd" });
  await t.rejects(executor.ready, { code: "invalid_action", message: "a.ts does not load: line 2: odd." });
  await pass(60_000);
  t.equal(children.length, 1);
  t.strictSame(restarts, []);
  await executor.close();
});

t.test("a set that loads for ever is killed after 10 s, and one whose process dies does not load", async (t) => {
  const { executor, child, pass } = await execute({ isLoaded: false });
  const code = codeOf(executor.ready);
  await pass(9_999);
  t.notOk(child(0).isKilled);
  await pass(10);
  t.equal(await code, "invalid_action");

  const dying = await execute({ isLoaded: false });
  dying.child(0).onEnd("could not be started: EAGAIN");
  await t.rejects(dying.executor.ready, {
    code: "child_died",
    message: "The process of the actions could not be started: EAGAIN.",
  });
  t.equal(dying.pending(), 0, "no alarm is left");
});

t.test("the time limit kills the process; those behind had not begun, and run in the next one", async (t) => {
  const { executor, child, pass, restarts } = await execute();
  const codes = ["1", "2", "3"].map((event) => codeOf(executor.run(event)));
  await pass(500);
  t.notOk(child(0).isKilled);
  await pass(5);
  t.ok(child(0).isKilled);
  t.equal(await codes[0], "time_limit");
  t.strictSame(restarts, ["The actions did not answer within 500 ms."]);
  await pass(5);
  t.strictSame(child(1).sent, [], "nothing is sent before it has loaded");
  child(1).say({ kind: "ready" });
  t.strictSame(idsSentTo(child(1)), [2, 3]);
  child(1).allow(2);
  child(1).allow(3);
  t.strictSame(await Promise.all(codes), ["time_limit", "allowed", "allowed"]);
});

t.test("the time limit of each begins when the one before it is done", async (t) => {
  const { executor, child, pass } = await execute();
  const codes = ["1", "2"].map((event) => codeOf(executor.run(event)));
  await pass(400);
  child(0).allow(1);
  await pass(400);
  t.notOk(child(0).isKilled);
  await pass(105);
  t.strictSame(await Promise.all(codes), ["allowed", "time_limit"]);
});

t.test(
  "those that come later give one that hangs no more time, and what it says when it is killed changes nothing",
  async (t) => {
    const { executor, child, pass } = await execute();
    const first = codeOf(executor.run("1"));
    await pass(400);
    const second = codeOf(executor.run("2"));
    await pass(105);
    t.ok(child(0).isKilled);
    t.equal(await first, "time_limit");
    await executor.close();
    t.equal(await second, "closed");

    const lying = await execute();
    const code = codeOf(lying.executor.run("1"));
    lying.child(0).say("{");
    lying.child(0).say({ kind: "log", action: "a.ts", text: "too late" });
    t.equal(await code, "bad_answer");
    t.strictSame(lying.logs, []);
  },
);

t.test("a process that dies fails the request that it was at", async (t) => {
  const { executor, child, pass } = await execute();
  const codes = ["1", "2"].map((event) => codeOf(executor.run(event)));
  child(0).onEnd("ended by SIGABRT");
  t.equal(await codes[0], "child_died");
  await pass(5);
  child(1).say({ kind: "ready" });
  child(1).allow(2);
  t.equal(await codes[1], "allowed");
});

const lies: Readonly<Record<string, unknown>> = {
  "no message": "{",
  "an answer to another request": { kind: "answer", id: 2, verdict: { claims: {}, ignored: [] } },
  "a protected claim": { kind: "answer", id: 1, verdict: { claims: { sub: "m2" }, ignored: [] } },
  "that it is ready once more": { kind: "ready" },
};

for (const [what, lie] of Object.entries(lies)) {
  t.test(`a process that says what it cannot say is killed, and what it says then is not heard: ${what}`, async (t) => {
    const { executor, child } = await execute();
    const code = codeOf(executor.run("1"));
    child(0).say(lie);
    t.ok(child(0).isKilled);
    child(0).allow(1);
    t.equal(await code, "bad_answer");
  });
}

t.test("an answer that nobody asked for, and one before it has loaded, kill the process", async (t) => {
  const { child } = await execute();
  child(0).allow(1);
  t.ok(child(0).isKilled);
  const loading = await execute({ isLoaded: false });
  const code = codeOf(loading.executor.ready);
  loading.child(0).allow(1);
  t.equal(await code, "bad_answer");
});

t.test("what actions log is handed on, and more than they can log kills the process", async (t) => {
  const { child, logs } = await execute();
  for (let index = 0; index < 100; index += 1) child(0).say({ kind: "log", action: "a.ts", text: "hello" });
  t.notOk(child(0).isKilled);
  t.strictSame(logs[0], { action: "a.ts", text: "hello" });
  child(0).say({ kind: "log", action: "a.ts", text: "hello" });
  t.ok(child(0).isKilled);
});

t.test("64 requests are with the process, 256 wait, and one more is refused at once", async (t) => {
  const { executor, child } = await execute();
  const codes = Array.from({ length: 320 }, (_, index) => codeOf(executor.run(String(index))));
  t.equal(child(0).sent.length, 64);
  await t.rejects(executor.run("x"), { code: "overloaded", message: "Too many requests wait for the actions." });
  child(0).allow(1);
  t.equal(child(0).sent.length, 65);
  t.equal(await codes[0], "allowed");
  await executor.close();
  t.strictSame(new Set(await Promise.all(codes.slice(1))), new Set(["closed"]));
});

t.test("nobody waits longer than two seconds and the time limit, for a process or for others", async (t) => {
  const starting = await execute();
  const codes = ["1", "2"].map((event) => codeOf(starting.executor.run(event)));
  await starting.pass(2_500);
  t.strictSame(await Promise.all(codes), ["time_limit", "overloaded"]);

  const { executor, child, pass } = await execute();
  const slow = Array.from({ length: 6 }, (_, index) => codeOf(executor.run(String(index))));
  for (let id = 1; id <= 5; id += 1) {
    await pass(490);
    child(0).allow(id);
  }
  await pass(50);
  t.equal(await slow[5], "overloaded");
  child(0).allow(6);
  t.notOk(child(0).isKilled, "an answer that comes too late is no lie");
});

t.test(
  "a process that dies without an answer in between is started ever later, up to 5 s; an answer ends that",
  async (t) => {
    const { executor, children, child, pass } = await execute();
    const delays: number[] = [];
    for (let index = 0; index < 9; index += 1) {
      const before = children.length;
      child(before - 1).onEnd("ended by SIGSEGV");
      let waited = 0;
      for (; children.length === before; waited += 5) await pass(5);
      delays.push(waited - 5);
      child(before).say({ kind: "ready" });
    }
    t.strictSame(delays, [0, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    const code = codeOf(executor.run("1"));
    children.at(-1)?.allow(1);
    t.equal(await code, "allowed");
    children.at(-1)?.onEnd("ended by SIGSEGV");
    await pass(5);
    t.equal(children.length, 11);
  },
);

t.test("one that is retired ends once what it has is done, on a new process if need be", async (t) => {
  const { executor, child, pass } = await execute();
  const codes = ["1", "2"].map((event) => codeOf(executor.run(event)));
  let isGone = false;
  const gone = executor.retire().then(() => {
    isGone = true;
  });
  await pass(505);
  await pass(5);
  child(1).say({ kind: "ready" });
  await settled();
  t.notOk(isGone);
  child(1).allow(2);
  await gone;
  t.ok(child(1).isKilled);
  t.strictSame(await Promise.all(codes), ["time_limit", "allowed"]);

  const idle = await execute();
  await idle.executor.retire();
  t.ok(idle.child(0).isKilled);
});

t.test("one whose last request dies with its process is not started again once it is retired", async (t) => {
  const { executor, child, children, pass } = await execute();
  const code = codeOf(executor.run("1"));
  const gone = executor.retire();
  child(0).onEnd("ended by SIGKILL");
  await gone;
  await pass(10_000);
  t.equal(children.length, 1);
  t.equal(await code, "child_died");
});

t.test("to close it is to end what runs, and to start nothing more", async (t) => {
  const { executor, children, pass, pending, restarts } = await execute();
  const code = codeOf(executor.run("1"));
  await executor.close();
  t.equal(await code, "closed");
  await pass(60_000);
  t.equal(children.length, 1);
  t.equal(pending(), 0);
  t.strictSame(restarts, []);

  const waiting = await execute();
  waiting.child(0).onEnd("ended by SIGSEGV");
  await waiting.executor.close();
  await waiting.pass(60_000);
  t.equal(waiting.children.length, 1);
});
