import { getEventListeners } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { decide } from "@meshpass/policy";
import t from "tap";
import { compileMap } from "../../src/map/compile-map.ts";
import { openStore } from "../../src/store/store.ts";
import { mapOf, shippedMap } from "../start-server.ts";

const { signal } = new AbortController();
const bytesOf = (text: string): Uint8Array => Buffer.from(text);

t.test("a map comes back compiled and numbered, and is stored as in force", async (t) => {
  const storePath = join(t.testdir(), "auth-server.sqlite");
  const first = await compileMap({ bytes: bytesOf(shippedMap), storePath, at: 1_000 }, signal);
  if (!("map" in first)) throw new Error("it has problems");
  t.equal(first.number, 1);
  t.match(decide(first.map, "m1", "m2", 0), { allowed: true, line: 3 });
  const second = await compileMap({ bytes: bytesOf(mapOf("  m1: [m1]")), storePath, at: 1_100 }, signal);
  t.match(second, { number: 2, legacyCuts: ["m2", "m3"] });
  const store = await openStore(storePath);
  t.strictSame(await store.legacyCuts(), ["m2", "m3"]);
  await store.close();
});

t.test("a map with problems comes back as its problems, and nothing is stored", async (t) => {
  const storePath = join(t.testdir(), "auth-server.sqlite");
  const compilation = await compileMap({ bytes: bytesOf("version: 1\n"), storePath, at: 1_000 }, signal);
  t.match(compilation, { problems: [{ code: "missing_field" }, { line: 2, code: "missing_end" }] });
  t.throws(() => readFileSync(storePath), { code: "ENOENT" });
});

t.test("a map that the store does not take comes back as not stored, and why", async (t) => {
  const storePath = t.testdir({ "a folder in its place": {} });
  t.match(await compileMap({ bytes: bytesOf(shippedMap), storePath, at: 1_000 }, signal), {
    notStored: "unable to open database file",
  });
});

t.test("aborting ends the worker", async (t) => {
  const storePath = join(t.testdir(), "auth-server.sqlite");
  const ending = new AbortController();
  const compiling = compileMap({ bytes: bytesOf(shippedMap), storePath, at: 1_000 }, ending.signal);
  ending.abort();
  await t.rejects(compiling, /ended early/);
  await t.rejects(compileMap({ bytes: bytesOf(shippedMap), storePath, at: 1_000 }, ending.signal), {
    name: "AbortError",
  });
});

t.test("however often a map is compiled, nothing is left hanging on the signal", async (t) => {
  const storePath = join(t.testdir(), "auth-server.sqlite");
  for (let reload = 0; reload < 3; reload++) {
    await compileMap({ bytes: bytesOf("version: 1\n"), storePath, at: 1_000 }, signal);
    t.strictSame(getEventListeners(signal, "abort"), []);
  }
});

/** 500 callers with 100 targets each. */
function largeMap(): string {
  const callers = Array.from({ length: 500 }, (_, caller) => {
    const targets = Array.from({ length: 100 }, (_, target) => `service-${(caller + target) % 500}`);
    return `  service-${caller}: [${targets.join(", ")}]`;
  });
  return mapOf(...callers);
}

t.test(
  "50,000 edges are in force within a second or two and never hold the event loop for 50 ms (yaml quadratic keys)",
  async (t) => {
    const storePath = join(t.testdir(), "auth-server.sqlite");
    const bytes = bytesOf(largeMap());
    const delays: number[] = [];
    // Another process on this machine may hold us up once; the map itself would every time.
    while (delays.length < 3 && !delays.some((delay) => delay < 50)) {
      const loop = monitorEventLoopDelay({ resolution: 5 });
      loop.enable();
      const compilation = await compileMap({ bytes, storePath, at: 1_000 + delays.length }, signal);
      await new Promise(setImmediate);
      loop.disable();
      if (!("map" in compilation)) throw new Error("it has problems");
      t.match(decide(compilation.map, "service-499", "service-98", 0), { allowed: true });
      delays.push(loop.max / 1e6);
    }
    t.ok(
      delays.some((delay) => delay < 50),
      `held for ${delays.map(Math.round)} ms`,
    );
  },
);
