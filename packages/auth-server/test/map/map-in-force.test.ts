import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasName, parseMap } from "@meshpass/policy";
import t, { type Test } from "tap";
import type { Compilation } from "../../src/map/compile-map.ts";
import { createMapInForce } from "../../src/map/map-in-force.ts";
import { type MapSource, mapFile } from "../../src/map/map-source.ts";
import { mapOf, shippedMap } from "../start-server.ts";
import { createTestLog } from "../test-log.ts";
import { until } from "../until.ts";

/** Puts maps into force from a file, in this thread, and counts them as the store would. */
function start(t: Test, options: { path?: string; source?: MapSource } = {}) {
  const path = options.path ?? join(t.testdir({ "interactions.yaml": shippedMap }), "interactions.yaml");
  const state = {
    failure: undefined as Error | undefined,
    notStored: undefined as string | undefined,
    tries: [] as number[],
    last: "",
    number: 0,
    legacyCuts: [] as string[],
    notPublished: undefined as Error | undefined,
    /** The map in force when the cuts of the next one were published. */
    published: [] as (number | undefined)[],
  };
  const compile = async (bytes: Uint8Array): Promise<Compilation> => {
    state.tries.push(performance.now());
    if (state.failure !== undefined) throw state.failure;
    if (state.notStored !== undefined) return { notStored: state.notStored };
    const { ok, ...parsed } = parseMap(bytes);
    if (!("map" in parsed)) return parsed;
    const text = Buffer.from(bytes).toString();
    if (text !== state.last) state.number += 1;
    state.last = text;
    return { map: parsed.map, number: state.number, legacyCuts: state.legacyCuts };
  };
  const { log, lines } = createTestLog();
  const changes: (readonly string[])[] = [];
  const map = createMapInForce({
    source: options.source ?? mapFile(path),
    compile,
    log,
    publishCuts: async () => {
      if (state.notPublished !== undefined) throw state.notPublished;
      state.published.push(map.current()?.number);
    },
    onChange: (legacyCuts) => changes.push(legacyCuts),
    pollMs: 5,
    settleMs: 10,
    retryMs: 60,
    storeRetryMs: 20,
  });
  t.teardown(() => map.close());
  const knows = (name: string): boolean => {
    const snapshot = map.current();
    return snapshot !== undefined && hasName(snapshot.map, name);
  };
  const inForce = (number: number) => until(() => map.current()?.number === number && !map.status().stale);
  return { map, path, state, lines, changes, knows, inForce };
}

const mapWith = (name: string): string => mapOf(`  m1: [${name}]`);

t.test("a map that is there is in force, and the store's cuts with it", async (t) => {
  const { map, inForce, changes, state, path } = start(t);
  state.legacyCuts = ["m9"];
  t.equal(map.current(), undefined, "not yet");
  await inForce(1);
  t.strictSame(changes, [["m9"]]);
  t.strictSame(map.status(), { file: path, number: 1, stale: false, failure: undefined, problems: [], omitted: 0 });
});

t.test("a write in place, a rename over it and a swapped link each bring the next map into force", async (t) => {
  const folder = t.testdir({ "..1": { map: mapWith("a") }, "..2": { map: mapWith("b") }, new: mapWith("c") });
  symlinkSync("..1", join(folder, "..data"));
  const path = join(folder, "..data", "map");
  const { inForce, knows } = start(t, { path });
  await inForce(1);
  t.ok(knows("a"));
  symlinkSync("..2", join(folder, "next"));
  renameSync(join(folder, "next"), join(folder, "..data"));
  await inForce(2);
  t.ok(knows("b"));
  renameSync(join(folder, "new"), path);
  await inForce(3);
  t.ok(knows("c"));
  writeFileSync(path, mapWith("d"));
  await inForce(4);
  t.ok(knows("d"));
});

t.test("whatever is wrong with the file, the last good map stays in force and the status says why", async (t) => {
  const { map, path, inForce, lines } = start(t);
  await inForce(1);
  const whole = readFileSync(path, "utf8");
  const breaks: Record<string, () => void> = {
    truncated: () => truncateSync(path, whole.length - 5),
    empty: () => truncateSync(path, 0),
    "another language": () => writeFileSync(path, '{"version": 1}'),
    "not text": () => writeFileSync(path, Buffer.from([0xff, 0xfe, 0])),
    "NUL after a crash": () => writeFileSync(path, Buffer.alloc(whole.length)),
    "a failing test": () => writeFileSync(path, whole.replace("...", "tests: [{ caller: m1, deny: [m2] }]\n...")),
  };
  for (const [name, breakIt] of Object.entries(breaks)) {
    breakIt();
    await until(() => map.status().problems.length > 0);
    t.equal(map.current()?.number, 1, name);
    t.ok(map.status().stale);
    writeFileSync(path, whole);
    await until(() => !map.status().stale);
    t.equal(map.current()?.number, 1, "the same map is the same number");
  }
  const text = lines.join("");
  t.match(text, /The map does not load; the last good one stays in force/);
  t.match(text, /the test expects m1 => m2 to be denied.*; take the edge out/, "what is wrong, and what to write");
  t.ok(text.includes(`pnpm meshpass validate ${path}`), "with the file that is meant");
  t.match(text, /The map loads again and is in force/);
});

t.test("a first map that does not load is not said to leave a good one in force", async (t) => {
  const path = join(t.testdir(), "interactions.yaml");
  writeFileSync(path, "version: 1\n");
  const { map, lines } = start(t, { path });
  await until(() => map.status().problems.length > 0);
  t.match(lines.join(""), /The map does not load, and there is none in force: nobody gets a token/);
});

t.test(
  "a file that is deleted, or cannot be read, or is none, leaves the last good map; restored, it loads",
  async (t) => {
    const { map, path, inForce, lines } = start(t);
    await inForce(1);
    const breaks: Record<string, () => void> = {
      "not there; the last good map stays in force": () => undefined,
      "not a file": () => mkdirSync(path),
      ELOOP: () => symlinkSync(path, path),
    };
    for (const [failure, breakIt] of Object.entries(breaks)) {
      rmSync(path);
      breakIt();
      await until(() => map.status().failure?.includes(failure));
      t.equal(map.current()?.number, 1);
      t.ok(map.status().stale);
      const { length } = lines;
      await sleep(30);
      t.equal(lines.length, length, "one line says so, however often it is tried");
      rmSync(path, { recursive: true, force: true });
      writeFileSync(path, shippedMap);
      await until(() => !map.status().stale);
      const told = lines.slice(length).filter((line) => line.includes("The map loads again and is in force"));
      t.equal(told.length, 1, "and so does one that it is well again");
    }
  },
);

t.test("a file larger than a map may be is not read", async (t) => {
  const { map, path, inForce } = start(t);
  await inForce(1);
  truncateSync(path, 64 * 1024 * 1024 + 1);
  await until(() => map.status().failure?.endsWith(": it is larger than 67108864 bytes"));
  t.equal(map.current()?.number, 1);
});

t.test("a writer that pauses in the middle never brings half a map into force", async (t) => {
  const { map, path, inForce, knows } = start(t);
  await inForce(1);
  const text = mapOf("  m1: [m1, m2, m3]", "  m2: [m1]");
  for (const [index, character] of [...text].entries()) {
    if (index === 0) writeFileSync(path, character);
    else appendFileSync(path, character);
    if (index % 10 === 0) await sleep(20);
    if (index < text.length - 3) t.equal(map.current()?.number, 1);
  }
  await inForce(2);
  t.ok(knows("m3"));
});

t.test("of ten changes in a second the last one wins, and numbers only grow", async (t) => {
  const { map, path, knows } = start(t);
  const numbers: number[] = [];
  for (let change = 1; change <= 10; change++) {
    writeFileSync(path, mapWith(`m${change}`));
    await sleep(15);
    numbers.push(map.current()?.number ?? 0);
  }
  await until(() => knows("m10"));
  t.strictSame(
    numbers,
    numbers.toSorted((a, b) => a - b),
  );
});

t.test("two reads must agree before a text is taken", async (t) => {
  const texts = [mapWith("a"), mapWith("b"), mapWith("c")];
  const source: MapSource = {
    name: "a source that moves",
    fingerprint: async () => "always the same",
    read: async () => Buffer.from(texts.length > 1 ? (texts.shift() ?? "") : (texts[0] ?? "")),
  };
  const { inForce, knows } = start(t, { source });
  await inForce(1);
  t.strictSame([knows("a"), knows("b"), knows("c")], [false, false, true]);
});

t.test("a map that could not be checked is tried again, with one line in the log that says so", async (t) => {
  const { map, state, inForce, path, lines } = start(t);
  await inForce(1);
  state.failure = new Error("out of memory");
  writeFileSync(path, mapWith("a"));
  await until(() => map.status().failure === "The map could not be checked; what checks it ended early: out of memory");
  await sleep(150);
  t.equal(lines.filter((line) => line.includes("out of memory")).length, 1);
  t.notMatch(lines.join(""), /cannot be read/);
  state.failure = undefined;
  await inForce(2);
});

t.test(
  "a map that the store did not take is tried again soon, then ever later, and the log says so once",
  async (t) => {
    const { map, state, inForce, path, lines } = start(t);
    await inForce(1);
    state.notStored = "disk full";
    state.tries.length = 0;
    writeFileSync(path, mapWith("a"));
    await until(() => state.tries.length > 4);
    const waits = state.tries.slice(1).map((time, index) => time - (state.tries[index] ?? 0));
    t.ok((waits[0] ?? 0) >= 20, `soon: ${waits}`);
    t.ok((waits[1] ?? 0) >= 40, `then later: ${waits}`);
    t.ok((waits[2] ?? 0) >= 60, `and up to the bound: ${waits}`);
    t.match(map.status(), { number: 1, stale: true, failure: /^The map could not be stored.*: disk full$/ });
    t.equal(lines.filter((line) => /could not be stored/.test(line)).length, 1);
    t.notMatch(lines.join(""), /cannot be read/);
    state.notStored = undefined;
    await inForce(2);
  },
);

t.test("a map comes into force only once what it takes away is cut", async (t) => {
  const { map, state, inForce, path } = start(t);
  await inForce(1);
  t.strictSame(state.published, [undefined]);
  state.notPublished = new Error("disk full");
  writeFileSync(path, mapWith("a"));
  await until(() => map.status().failure?.endsWith("look at the state folder: disk full"));
  t.equal(map.current()?.number, 1);
  state.notPublished = undefined;
  await inForce(2);
  t.strictSame(state.published, [undefined, 1]);
});

t.test("a snapshot never changes: who has taken one decides on it to the end", async (t) => {
  const { map, path, inForce } = start(t);
  await inForce(1);
  const snapshot = map.current();
  const names = structuredClone(snapshot?.map);
  writeFileSync(path, mapWith("a"));
  await inForce(2);
  t.not(map.current(), snapshot);
  t.strictSame(snapshot?.map, names);
});
