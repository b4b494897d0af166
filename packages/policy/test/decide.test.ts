import { decide, hasName, lineOfCaller, nearestName } from "@meshpass/policy";
import t from "tap";
import { fullMap } from "./full-map.ts";
import { mapOf, withInteractions } from "./parsed.ts";

const now = Date.UTC(2026, 0, 1) / 1_000;
const map = mapOf(fullMap);
const none = { scopes: [] };

t.test("an edge that demands a proof says so", async (t) => {
  const proven = mapOf(withInteractions("m1: [{target: m2, proof: dpop}, m3]"));
  t.strictSame(decide(proven, "m1", "m2", now), { allowed: true, line: 3, edge: { scopes: [], proof: "dpop" } });
  t.strictSame(decide(proven, "m1", "m3", now), { allowed: true, line: 3, edge: none });
});

t.test("an edge is allowed, with its line", async (t) => {
  t.strictSame(decide(map, "m1", "m2", now), { allowed: true, line: 6, edge: none });
  t.strictSame(decide(map, "constructor", "tostring", now), { allowed: true, line: 27, edge: none });
  t.strictSame(decide(map, "1", "0x1f", now), { allowed: true, line: 25, edge: none });
});

t.test("an edge in the long form comes with its scopes, lifetime, end and reason", async (t) => {
  t.strictSame(decide(map, "m3", "m1", now), {
    allowed: true,
    line: 9,
    edge: {
      scopes: ["orders:write", "read"],
      lifetimeSeconds: 120,
      expiresAt: Date.UTC(2027, 6, 1) / 1_000,
      reason: 'OPS-77, until the "new" import runs',
    },
  });
});

t.test("an edge through a group says which", async (t) => {
  t.strictSame(decide(map, "m3", "job-2", now), {
    allowed: true,
    line: 16,
    via: "m3 => group:batch",
    edge: { scopes: [], lifetimeSeconds: 86_400 },
  });
  t.strictSame(decide(map, "m2", "m6", now), {
    allowed: true,
    line: 23,
    via: "group:web => m6",
    edge: { scopes: [], proof: "dpop", onBehalfOf: ["m1", "m2"], maxChain: 3 },
  });
});

t.test("what is not written is refused", async (t) => {
  t.strictSame(decide(map, "m2", "m1", now), { allowed: false, reason: "not_in_map" });
  t.strictSame(decide(map, "m2", "m2", now), { allowed: false, reason: "not_in_map" });
  t.strictSame(decide(map, "m9", "m1", now), { allowed: false, reason: "unknown_caller" });
  t.strictSame(decide(map, "m1", "m9", now), { allowed: false, reason: "unknown_target" });
});

t.test("deny wins over an edge, by name and through groups", async (t) => {
  t.strictSame(decide(map, "m1", "m3", now), { allowed: false, reason: "denied", line: 34 });
  t.strictSame(decide(map, "job-1", "m2", now), {
    allowed: false,
    reason: "denied",
    line: 35,
    via: "group:batch => group:web",
  });
});

t.test(
  "a service that is disabled gets no token and is no target, whatever else is said; the line says so",
  async (t) => {
    const text = withInteractions("m1: [m1, m2, m3]", "m2: [m1]").replace(
      "...",
      "deny: {m1: [m2]}\nservices:\n  m2: {enabled: false}\n  m3:\n    enabled: false\n  m1: {enabled: true}\n...",
    );
    const some = mapOf(text);
    const disabled = (line: number) => ({ allowed: false, reason: "disabled", line });
    t.strictSame(decide(some, "m2", "m1", now), disabled(7), "as a caller");
    t.strictSame(decide(some, "m1", "m3", now), disabled(9), "as a target");
    t.strictSame(decide(some, "m2", "m3", now), disabled(7), "the caller first, and without an edge");
    t.strictSame(decide(some, "m1", "m2", now), disabled(7), "before deny");
    t.match(decide(some, "m2", "m9", now), { reason: "unknown_target" });
    t.equal(decide(some, "m1", "m1", now).allowed, true);
  },
);

t.test("an edge holds up to its end and not at it", async (t) => {
  const end = Date.UTC(2027, 5, 30, 10) / 1_000;
  t.equal(decide(map, "m4", "m1", end - 1).allowed, true);
  t.strictSame(decide(map, "m4", "m1", end), { allowed: false, reason: "expired", line: 19 });
  t.equal(decide(map, "m3", "m1", Date.UTC(2027, 6, 1) / 1_000 - 1).allowed, true, "the last second of the day");
  t.equal(decide(map, "m3", "m1", Date.UTC(2027, 6, 1) / 1_000).allowed, false);
});

t.test("a time that is no number is past every end", async (t) => {
  t.match(decide(map, "m3", "m1", Number.NaN), { allowed: false, reason: "expired" });
  t.equal(decide(map, "m1", "m2", Number.NaN).allowed, false);
});

const groups = "groups: {a: [m1, m2], b: [m2]}\n...";

t.test("an edge written for a service beats the ones it has through groups, wherever it stands", async (t) => {
  const edges = ["group:a: [{target: m9, lifetime: 1m}]", "m2: [{target: m9, lifetime: 3m}]", "group:b: [m9]"];
  for (const order of [edges, edges.toReversed()]) {
    const decision = decide(mapOf(withInteractions(...order).replace("...", groups)), "m2", "m9", now);
    t.match(decision, { allowed: true, edge: { lifetimeSeconds: 180 } });
    t.notOk("via" in decision);
  }
});

t.test(
  "two groups may give one pair the same edge, whatever the order of its scopes; the first line is named",
  async (t) => {
    const edges = ["group:a: [{target: m9, scopes: [r, w]}]", "group:b: [{target: m9, scopes: [w, r]}]"];
    const decision = decide(mapOf(withInteractions(...edges).replace("...", groups)), "m2", "m9", now);
    t.strictSame(decision, { allowed: true, line: 3, via: "group:a => m9", edge: { scopes: ["r", "w"] } });
  },
);

t.test("hostile names are just names that stand in no map (object-map policy)", async (t) => {
  const hostile = ["", "__proto__", "prototype", "hasOwnProperty", "valueOf", "length", "then", "M1", "m1 ", "m1\0"];
  for (const name of [...hostile, "m", "m11", "ｍ1", "\ud800", "m1".repeat(100_000)]) {
    t.match(decide(map, name, "m1", now), { allowed: false, reason: "unknown_caller" }, `caller ${name.slice(0, 20)}`);
    t.match(decide(map, "m1", name, now), { allowed: false, reason: "unknown_target" }, `target ${name.slice(0, 20)}`);
    t.equal(hasName(map, name), false);
  }
});

t.test("no decision can be changed by the one who got it", async (t) => {
  const decision = decide(map, "m1", "m2", now);
  t.throws(() => decision.allowed && (decision.edge.scopes as string[]).push("admin"), TypeError);
  t.strictSame(decide(map, "m1", "m2", now), { allowed: true, line: 6, edge: none });
});

t.test("every service of the map is known, and the line of every caller", async (t) => {
  t.ok(["m1", "m6", "1", "job-2", "tostring"].every((name) => hasName(map, name)));
  t.equal(lineOfCaller(map, "m3"), 8);
  t.equal(lineOfCaller(map, "m6"), undefined, "a target only");
  t.equal(lineOfCaller(map, "m9"), undefined);
});

t.test("of a name that the map does not name, the nearest that it does is known", async (t) => {
  const small = mapOf(withInteractions("payments: [m2, m3]"));
  t.equal(nearestName(small, "payment"), "payments");
  t.equal(nearestName(small, "m33"), "m3");
  t.equal(nearestName(small, "elsewhere"), undefined);
  t.equal(nearestName(small, "m2"), "m2");
});
