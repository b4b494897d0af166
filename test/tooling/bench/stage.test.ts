import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import type { Bench, Comparison } from "../../../scripts/bench/bench.ts";
import { runBench } from "../../../scripts/bench/run-bench.ts";
import { askAll } from "../../../scripts/bench/stage/ask-all.ts";
import { askProcess } from "../../../scripts/bench/stage/ask-process.ts";
import { createStage } from "../../../scripts/bench/stage/create-stage.ts";
import { until } from "../../walk/until.ts";

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

function stageOf(t: Test) {
  const warnings: string[] = [];
  const stage = createStage((line) => void warnings.push(line), 300);
  t.teardown(() => stage.end());
  return { stage, warnings };
}

t.test("a process is ready when it says so, and nothing of it is left at the end", async (t) => {
  const { stage, warnings } = stageOf(t);
  const folder = stage.folder();
  const script = "process.stdin.resume(); console.log('listening on 80'); console.log('more')";
  const server = await stage.spawn(["-e", script], { ready: /^listening on (\d+)$/m, folder });
  t.equal(server.match[1], "80");
  t.ok(server.readyMs > 0 && isAlive(server.pid));
  await stage.end();
  t.notOk(isAlive(server.pid));
  t.notOk(existsSync(folder));
  t.same(warnings, [], "that it was ended is no news");
});

t.test("a process that is deaf to being asked is killed", async (t) => {
  const { stage } = stageOf(t);
  const script = "process.on('SIGTERM', () => {}); process.stdin.resume(); console.log('ready')";
  const server = await stage.spawn(["-e", script], { ready: /ready/ });
  await server.stop();
  t.equal(server.child.signalCode, "SIGKILL");
});

t.test("a process that ends before it is ready is an error that says what it said", async (t) => {
  const { stage } = stageOf(t);
  const script = "console.error('no port'); process.exit(3)";
  await t.rejects(stage.spawn(["-e", script], { ready: /ready/ }), { message: /ended with 3\nno port/ });
});

t.test("a process that ends by itself later is told of", async (t) => {
  const { stage, warnings } = stageOf(t);
  const script = "console.log('ready'); setTimeout(() => { console.error('lost'); process.exit(4) }, 50)";
  await stage.spawn(["-e", script], { ready: /ready/ });
  await until("a warning", () => warnings.length > 0);
  t.match(warnings, [/ended with 4\nready\nlost/]);
});

t.test("a process is asked by messages: its answer, its failure, and its end are told apart", async (t) => {
  const { stage } = stageOf(t);
  const file = join(t.testdir(), "worker.mjs");
  writeFileSync(
    file,
    "process.on('message', ({ n }) => (n < 0 ? process.exit(1) : process.send(n > 9 ? { failure: 'too much' } : { n: n + 1 })))",
  );
  const child = stage.fork(file);
  t.same(await askProcess(child, { n: 1 }), { n: 2 });
  await t.rejects(askProcess(child, { n: 10 }), { message: /too much/ });
  await t.rejects(askProcess(child, { n: -1 }), { message: /ended before it answered/ });
});

t.test("many questions are asked a few at a time, and answered in their order", async (t) => {
  let [running, most] = [0, 0];
  const questions = Array.from({ length: 10 }, (_, at) => async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 10 - at));
    running -= 1;
    return at;
  });
  t.same(await askAll(questions, 3), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  t.equal(most, 3);
});

t.test("a comparison that fails takes nothing from the others, and one that nobody wants does not run", async (t) => {
  const row = { ratio: 1, spread: [1, 1], ours: 1, theirs: 1, unit: "us", atLeast: 1, notes: [] } as const;
  const comparison = (names: string[], run: Comparison["run"]): Comparison => ({ rows: names, run });
  const bench = { wants: (name: string) => name.startsWith("a") } as Bench;
  const outcome = await runBench(bench, [
    comparison(["a/1", "b/1"], async () => ({
      rows: [
        { ...row, name: "a/1" },
        { ...row, name: "b/1" },
      ],
      figures: [],
    })),
    comparison(["a/2"], async () => Promise.reject(new Error("status 503"))),
    comparison(["b/2"], async () => Promise.reject(new Error("never run"))),
  ]);
  t.same(
    outcome.rows.map(({ name }) => name),
    ["a/1"],
  );
  t.same(outcome.invalid, ["a/2: status 503"]);
});
