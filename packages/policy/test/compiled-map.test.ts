import { decide, parseMap, transferables } from "@meshpass/policy";
import t from "tap";
import { fullMap } from "./full-map.ts";
import { mapOf } from "./parsed.ts";

const names = ["m1", "m2", "m3", "m4", "m5", "m6", "1", "true", "job-1", "job-2", "constructor", "tostring", "m9"];
const decisions = (map: ReturnType<typeof mapOf>) =>
  names.flatMap((caller) => names.map((target) => decide(map, caller, target, 1_700_000_000)));

t.test("a map that is transferred to another thread decides as before", async (t) => {
  const map = mapOf(fullMap);
  const before = decisions(map);
  const moved = structuredClone(map, { transfer: transferables(map) });
  t.strictSame(decisions(moved), before);
  t.equal(map.names.bytes.length, 0, "and was not copied");
});

t.test("a map consists of typed arrays, each with a buffer of its own of just its size", async (t) => {
  const { names, texts, services, audiences, allowed, denied, ...columns } = mapOf(fullMap);
  const arrays = [names, texts, services, audiences, allowed, denied, columns].flatMap((part) => Object.values(part));
  t.ok(arrays.every((array) => ArrayBuffer.isView(array) && array.byteLength === array.buffer.byteLength));
  t.equal(new Set(arrays.map(({ buffer }) => buffer)).size, arrays.length);
  t.equal(transferables(mapOf(fullMap)).length, arrays.length);
});

t.test("the order of a map makes no difference to what it decides", async (t) => {
  const parsed = [
    "version: 1\ninteractions: {m1: [m2, m3], m2: [m1]}\ndeny: {m1: [m3]}\n...\n",
    "deny: {m1: [m3]}\ninteractions: {m2: [m1], m1: [m3, m2]}\nversion: 1\n...\n",
  ].map((source) => parseMap(source));
  const [a, b] = parsed.map((p) => p.ok && decisions(p.map).map((decision) => ({ ...decision, line: undefined })));
  t.strictSame(a, b);
});
