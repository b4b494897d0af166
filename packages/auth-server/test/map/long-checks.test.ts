import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseMap } from "@meshpass/policy";
import t, { type Test } from "tap";
import type { Compilation } from "../../src/map/compile-map.ts";
import { createMapInForce } from "../../src/map/map-in-force.ts";
import { type MapSource, mapFile } from "../../src/map/map-source.ts";
import { mapOf, shippedMap } from "../start-server.ts";
import { createTestLog } from "../test-log.ts";
import { until } from "../until.ts";

const mapWith = (name: string): string => mapOf(`  m1: [${name}]`);

/** A check that ends for no text with `endless` in it but by its signal, and what it was given and ended. */
function startEndless(t: Test, pollMs = 5) {
  const path = join(t.testdir({ "interactions.yaml": mapWith("endless") }), "interactions.yaml");
  const begun: string[] = [];
  const ended: string[] = [];
  const compile = async (bytes: Uint8Array, signal: AbortSignal): Promise<Compilation> => {
    const text = Buffer.from(bytes).toString();
    begun.push(text);
    if (text.includes("endless")) {
      await new Promise<void>((_, reject) => {
        signal.addEventListener("abort", () => {
          ended.push(text);
          reject(new Error("ended"));
        });
      });
    }
    const parsed = parseMap(bytes);
    return parsed.ok ? { map: parsed.map, number: begun.length, legacyCuts: [] } : parsed;
  };
  const { log, lines } = createTestLog();
  const options = {
    source: mapFile(path),
    compile,
    log,
    publishCuts: async () => undefined,
    onChange: () => undefined,
    pollMs,
    settleMs: 5,
  };
  const map = createMapInForce(options);
  t.teardown(() => map.close());
  return { map, path, begun, ended, lines };
}

t.test("a corrected map does not wait for the check of the text before it: that is ended", async (t) => {
  const { map, path, begun, ended, lines } = startEndless(t);
  await until(() => begun.length === 1);
  writeFileSync(path, mapWith("a"));
  await until(() => map.current()?.number === 2);
  t.strictSame(ended, [mapWith("endless")]);
  t.equal(map.status().failure, undefined, "nothing failed");
  t.match(lines.join(""), /The map changed while it was checked; its newer text is read/);
  t.notMatch(lines.join(""), /could not be checked/);
});

t.test("the newer text is read at once, not at the next look", async (t) => {
  const { path, begun, ended } = startEndless(t, 1_500);
  await until(() => begun.length === 1);
  writeFileSync(path, mapWith("a"));
  await until(() => ended.length === 1);
  const from = performance.now();
  await until(() => begun.length === 2);
  t.ok(performance.now() - from < 1_300, "before the 1,500 ms between two looks are over");
});

t.test("a check goes on while the file is the same, or gone", async (t) => {
  const { path, begun, ended } = startEndless(t);
  await until(() => begun.length === 1);
  rmSync(path);
  await sleep(60);
  t.strictSame(ended, []);
  writeFileSync(path, mapWith("endless"));
  await until(() => begun.length === 2);
  t.equal(ended.length, 1, "a file that is another one is read again");
});

t.test("closing ends a load in the middle and says nothing of it", async (t) => {
  const source: MapSource = { name: "map", fingerprint: async () => "1", read: async () => Buffer.from(shippedMap) };
  const { log, lines } = createTestLog();
  let begun = false;
  const compile = (_: Uint8Array, signal: AbortSignal): Promise<Compilation> => {
    begun = true;
    return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("ended"))));
  };
  const nothing = () => undefined;
  const publishCuts = async () => undefined;
  const map = createMapInForce({ source, compile, log, publishCuts, onChange: nothing, pollMs: 5, settleMs: 5 });
  await until(() => begun);
  await map.close();
  t.strictSame(lines, []);
  t.equal(map.status().failure, undefined);
});
