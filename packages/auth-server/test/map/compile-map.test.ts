import { getEventListeners } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { decide } from "@meshpass/policy";
import t from "tap";
import { compileMap } from "../../src/map/compile-map.ts";
import type { CompileRequest } from "../../src/map/compile-request.ts";
import { keepWorker } from "../../src/map/map-workers.ts";
import { openStore } from "../../src/store/store.ts";
import { mapOf, shippedMap } from "../start-server.ts";
import { until } from "../until.ts";

const { signal } = new AbortController();
const issuer = "https://auth.example";
/** To start one takes ten times as long as a small map. */
const workers = keepWorker(10_000);

const requestOf = (text: string, storePath: string, at = 1_000): CompileRequest => {
  return { bytes: Buffer.from(text), storePath, issuer, at, defaultLifetimeSeconds: 300 };
};

t.test("no service has the issuer's own URL as its audience", async (t) => {
  const storePath = join(t.testdir(), "store");
  const map = (audience: string) =>
    `${mapOf("  m1: [m1]").replace("...\n", "")}services: {m1: {audience: "${audience}"}}\n...\n`;
  t.match(await compileMap(requestOf(map(issuer), storePath), signal, workers), {
    problems: [{ code: "reserved_name", line: 4 }],
  });
  t.match(await compileMap(requestOf(map("https://m1.example"), storePath), signal, workers), { number: 1 });
});

t.test("a map comes back compiled and numbered, and is stored as in force", async (t) => {
  const storePath = join(t.testdir(), "auth-server.sqlite");
  const first = await compileMap(requestOf(shippedMap, storePath), signal, workers);
  if (!("map" in first)) throw new Error("it has problems");
  t.equal(first.number, 1);
  t.match(decide(first.map, "m1", "m2", 0), { allowed: true, line: 3 });
  const second = await compileMap(requestOf(mapOf("  m1: [m1]"), storePath, 1_100), signal, workers);
  t.match(second, { number: 2, legacyCuts: ["m2", "m3"] });
  const store = await openStore(storePath);
  t.strictSame(await store.legacyCuts(), ["m2", "m3"]);
  await store.close();
});

t.test("a map with problems comes back as its problems, and nothing is stored", async (t) => {
  const storePath = join(t.testdir(), "auth-server.sqlite");
  const compilation = await compileMap(requestOf("version: 1\n", storePath), signal, workers);
  t.match(compilation, { problems: [{ code: "missing_field" }, { line: 2, code: "missing_end" }] });
  t.throws(() => readFileSync(storePath), { code: "ENOENT" });
});

t.test("a map that the store does not take comes back as not stored, and why", async (t) => {
  const storePath = t.testdir({ "a folder in its place": {} });
  t.match(await compileMap(requestOf(shippedMap, storePath), signal, workers), {
    notStored: "unable to open database file",
  });
});

t.test("aborting ends the worker", async (t) => {
  const storePath = join(t.testdir(), "auth-server.sqlite");
  const ending = new AbortController();
  const compiling = compileMap(requestOf(shippedMap, storePath), ending.signal);
  ending.abort();
  await t.rejects(compiling, /ended early/);
  await t.rejects(compileMap(requestOf(shippedMap, storePath), ending.signal), {
    name: "AbortError",
  });
});

t.test("a map that is being stored is stored and handed back, whatever is aborted then", async (t) => {
  const storePath = join(t.testdir(), "auth-server.sqlite");
  const ending = new AbortController();
  const compiling = compileMap(requestOf(largeMap(500), storePath), ending.signal);
  await until(() => existsSync(storePath));
  ending.abort();
  t.match(await compiling, { number: 1 });
  t.match(await compileMap(requestOf(mapOf("  m1: [m1]"), storePath), signal, workers), { number: 2 });
});

t.test("a map whose worker is ended in the very moment in which it would store is not stored", async (t) => {
  const storePath = join(t.testdir(), "auth-server.sqlite");
  const ending = new AbortController();
  const asked = new Promise<void>((resolve) => {
    // Before anybody else hears of the worker's first message.
    const hook = (worker: Worker): void => {
      worker.postMessage = () => t.fail("it is told to store");
      worker.prependListener("message", () => {
        ending.abort();
        resolve();
      });
    };
    process.once("worker", hook);
  });
  await t.rejects(compileMap(requestOf(shippedMap, storePath), ending.signal), /ended early/);
  await asked;
  t.notOk(existsSync(storePath));
});

t.test("however often a map is compiled, nothing is left hanging on the signal", async (t) => {
  const storePath = join(t.testdir(), "auth-server.sqlite");
  for (let reload = 0; reload < 3; reload++) {
    await compileMap(requestOf("version: 1\n", storePath), signal, workers);
    t.strictSame(getEventListeners(signal, "abort"), []);
  }
});

/** A map in which each of `services` may call the 100 from itself on. */
function largeMap(services: number): string {
  const name = (number: number) => `service-${number % services}`;
  const targetsOf = (caller: number) => Array.from({ length: 100 }, (_, next) => name(caller + next)).join(", ");
  return mapOf(...Array.from({ length: services }, (_, caller) => `  ${name(caller)}: [${targetsOf(caller)}]`));
}

/** What the thread of `during` worked at most between two looks, 5 ms apart, in ms. What other processes do is not in it. */
async function longestHold<Result>(during: () => Promise<Result>): Promise<{ result: Result; heldMs: number }> {
  let heldMs = 0;
  let before = process.threadCpuUsage();
  const look = () => {
    const { user, system } = process.threadCpuUsage(before);
    heldMs = Math.max(heldMs, (user + system) / 1_000);
    before = process.threadCpuUsage();
  };
  const looks = setInterval(look, 5);
  const result = await during();
  look();
  clearInterval(looks);
  return { result, heldMs };
}

// The full size is for the run of faults at full length. While coverage is measured on a busy machine, each takes four
// times as long as it does by itself.
const isFullLength = process.env.MESHPASS_FAULT_SECONDS !== undefined;
const usual = { services: 500, limitSeconds: 3, title: "50,000 edges take less than 3 s of work" };
const full = { services: 10_000, limitSeconds: 15, title: "1,000,000 edges take less than 15 s of work and 2 GB" };

for (const { services, limitSeconds, title } of isFullLength ? [usual, full] : [usual]) {
  t.test(`${title}, and never hold the event loop for 50 ms`, async (t) => {
    const request = requestOf(largeMap(services), join(t.testdir(), "store"));
    const before = process.cpuUsage();
    const { result, heldMs } = await longestHold(() => compileMap(request, signal));
    const { user, system } = process.cpuUsage(before);
    if (!("map" in result)) throw new Error("it has problems");
    const last = `service-${services - 1}`;
    t.match(decide(result.map, last, "service-98", 0), { allowed: true, line: services + 2 });
    t.ok((user + system) / 1e6 < limitSeconds, `${(user + system) / 1e6} s of all threads`);
    t.ok(heldMs < 50, `held for ${heldMs} ms`);
    t.ok(
      process.resourceUsage().maxRSS < 2 * 1_024 * 1_024,
      `${process.resourceUsage().maxRSS} kB in the whole process`,
    );
  });
}
