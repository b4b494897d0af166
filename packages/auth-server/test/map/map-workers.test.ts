import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import t, { type Test } from "tap";
import { compileMap } from "../../src/map/compile-map.ts";
import type { CompileRequest } from "../../src/map/compile-request.ts";
import { keepWorker } from "../../src/map/map-workers.ts";
import { mapOf } from "../start-server.ts";
import { until } from "../until.ts";

const { signal } = new AbortController();

const requestOf = (text: string, storePath: string): CompileRequest => ({
  bytes: Buffer.from(text),
  storePath,
  issuer: "https://auth.example",
  at: 1_000,
  defaultLifetimeSeconds: 300,
});

/** The workers that are started until the test ends. */
function startedIn(t: Test): readonly Worker[] {
  const started: Worker[] = [];
  const note = (worker: Worker): void => void started.push(worker);
  process.on("worker", note);
  t.teardown(() => process.off("worker", note));
  return started;
}

const oneMap = mapOf("  m1: [m1]");

t.test("a worker is given one map after the other, whatever came of the last and wherever it is stored", async (t) => {
  const started = startedIn(t);
  const workers = keepWorker(10_000);
  const folder = t.testdir();
  const compile = (text: string, store = "store") => compileMap(requestOf(text, join(folder, store)), signal, workers);
  t.match(await compile(oneMap), { number: 1 });
  t.match(await compile("version: 1\n"), { problems: [{ code: "missing_field" }, { code: "missing_end" }] });
  t.match(await compile(mapOf("  m2: [m2]")), { number: 2, legacyCuts: ["m1"] });
  t.match(await compile(oneMap, "another"), { number: 1, legacyCuts: [] });
  t.match(await compile(oneMap, "."), { notStored: "unable to open database file" });
  t.match(await compile(oneMap), { number: 3 });
  t.equal(started.length, 1);
  await started[0]?.terminate();
});

t.test("a worker that was ended is given no other map, be it in the middle of one or between two", async (t) => {
  const started = startedIn(t);
  const workers = keepWorker(10_000);
  const request = requestOf(oneMap, join(t.testdir(), "store"));
  t.match(await compileMap(request, signal, workers), { number: 1 });
  const ending = new AbortController();
  const compiling = compileMap(request, ending.signal, workers);
  ending.abort();
  await t.rejects(compiling, /ended early/);
  t.equal(started.length, 1, "it was the one that was kept");
  t.match(await compileMap(request, signal, workers), { number: 1 });
  t.equal(started.length, 2);
  await started[1]?.terminate();
  t.match(await compileMap(request, signal, workers), { number: 1 });
  t.equal(started.length, 3);
  await started[2]?.terminate();
});

t.test("two maps at a time have a worker each, of which one is kept", async (t) => {
  const started = startedIn(t);
  const workers = keepWorker(10_000);
  const folder = t.testdir();
  const compile = (store: string) => compileMap(requestOf(oneMap, join(folder, store)), signal, workers);
  const both = await Promise.all([compile("first"), compile("second")]);
  t.match(both, [{ number: 1 }, { number: 1 }]);
  t.equal(started.length, 2);
  await until(() => started.some(({ threadId }) => threadId === -1));
  t.match(await compile("first"), { number: 1 });
  t.equal(started.length, 2);
  for (const worker of started) await worker.terminate();
});

t.test("a worker ends when no other map comes in time, and at once after a large text", async (t) => {
  const started = startedIn(t);
  const folder = t.testdir();
  const ended = async (text: string, keepMs: number): Promise<void> => {
    await compileMap(requestOf(text, join(folder, "store")), signal, keepWorker(keepMs));
    await until(() => started.at(-1)?.threadId === -1);
  };
  await ended(oneMap, 20);
  await ended(`${oneMap.replace("...\n", "")}#${" ".repeat(64 * 1_024)}\n...\n`, 100_000);
  t.equal(started.length, 2);
});
