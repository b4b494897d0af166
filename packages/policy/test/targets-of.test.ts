import { targetsOf } from "@meshpass/policy";
import t from "tap";
import { mapOf, withInteractions } from "./parsed.ts";

const now = Date.UTC(2027, 0, 1) / 1_000;
const map = mapOf(
  withInteractions(
    "m1: [m9, m2, m3, {target: m4, expires: 2026-12-31}, {target: m5, expires: 2027-01-01}, group:web, m1]",
    "m2: [m1]",
    "m6: [m1]",
    "m8: []",
  ).replace(
    "...",
    "groups: {web: [m7]}\ndeny: {m1: [m3]}\nservices: {m6: {enabled: false}, m9: {enabled: false}}\n...",
  ),
);

t.test("the targets that a caller may call now are neither denied, ended nor disabled", async (t) => {
  t.strictSame(targetsOf(map, ["m1"], now, 100), ["m1", "m2", "m5", "m7"]);
  t.strictSame(targetsOf(map, ["m1"], now - 1, 100), ["m1", "m2", "m4", "m5", "m7"]);
  t.strictSame(targetsOf(map, ["m2"], now, 2), ["m1"]);
});

t.test("a caller that is disabled, unknown or allowed nothing has none", async (t) => {
  for (const caller of ["m6", "m7", "m8", "m10", "", "__proto__"])
    t.strictSame(targetsOf(map, [caller], now, 2), [], caller);
});

t.test("there are no more than are asked for, and no more are looked at", async (t) => {
  t.strictSame(targetsOf(map, ["m1"], now, 2), ["m1", "m2"]);
  t.strictSame(targetsOf(map, ["m1"], now, 0), []);
  const looked: unknown[] = [];
  const targets = new Proxy(map.allowed.targets, {
    get: (cells, cell) => {
      looked.push(cell);
      return Reflect.get(cells, cell);
    },
  });
  t.strictSame(targetsOf({ ...map, allowed: { ...map.allowed, targets } }, ["m1"], now, 1), ["m1"]);
  t.notOk(looked.includes("7"), "the last cell of the row");
});
