import { type CompiledMap, decide, decideChain, withoutChains } from "@meshpass/policy";
import { longestChain } from "@meshpass/protocol";
import t from "tap";
import { mapOf, withInteractions } from "./parsed.ts";
import { randomChainMap, services } from "./random-chain-map.ts";

const now = Date.UTC(2027, 0, 1) / 1_000;
const none = { scopes: [] };
const chainOf = (length: number): readonly string[] => Array.from({ length }, (_, n) => `s${n}`);
/** A map in which s0 may call s1, s1 s2, and so on up to s9. */
const line = withInteractions(...chainOf(9).map((name, n) => `${name}: [s${n + 1}]`));

t.test("a chain of callers is allowed by the edge of its last call, where every call has one", async (t) => {
  const map = mapOf(withInteractions("m1: [m2]", "m2: [{target: m3, scopes: [read]}]", "m4: [m2]"));
  t.strictSame(decideChain(map, ["m1", "m2"], "m3", now), { allowed: true, line: 4, edge: { scopes: ["read"] } });
  t.strictSame(decideChain(map, ["m1"], "m3", now), {
    allowed: false,
    reason: "not_in_map",
    hop: { caller: "m1", target: "m3" },
  });
});

t.test("a chain is refused by its first call that is, which is named with the line of its edge", async (t) => {
  const text = withInteractions(
    "m1: [m2, m3, m5]",
    "m2: [{target: m3, expires: 2026-12-31}, m4, m6]",
    "m3: [m4]",
    "m6: [m1]",
  );
  const map = mapOf(text.replace("...", "deny: {m1: [m5]}\nservices:\n  m6: {enabled: false}\n..."));
  const refused = (chain: string[], target: string) => decideChain(map, chain, target, now);
  const of = (reason: string, caller: string, target: string, more = {}) =>
    ({ allowed: false, reason, ...more, hop: { caller, target } }) as const;
  t.strictSame(refused(["m1", "m2"], "m3"), of("expired", "m2", "m3", { line: 4 }));
  t.strictSame(refused(["m1", "m2", "m3"], "m4"), of("expired", "m2", "m3", { line: 4 }), "not the last one");
  t.strictSame(refused(["m1", "m5"], "m3"), of("denied", "m1", "m5", { line: 7 }));
  t.strictSame(refused(["m2", "m6"], "m1"), of("disabled", "m2", "m6", { line: 9 }));
  t.strictSame(refused(["m3", "m2"], "m4"), of("not_in_map", "m3", "m2"));
  t.strictSame(refused(["m9", "m2"], "m4"), of("unknown_caller", "m9", "m2"));
  t.strictSame(refused(["m1", "m9"], "m4"), of("unknown_target", "m1", "m9"));
  t.strictSame(refused(["m1", "m2"], "m9"), of("unknown_target", "m2", "m9"));
});

t.test(
  "of the longest chain every call is looked at: without an edge for any one of them it is refused there",
  async (t) => {
    const hops = chainOf(8).map((caller, n) => ({ caller, target: `s${n + 1}` }));
    for (const hop of hops) {
      const edges = hops.map(({ caller, target }) =>
        caller === hop.caller ? `${caller}: []` : `${caller}: [${target}]`,
      );
      const decision = decideChain(mapOf(withInteractions("x: [s8]", ...edges)), chainOf(8), "s8", now);
      t.match(decision, { allowed: false, hop });
    }
  },
);

t.test("on_behalf_of and max_chain hold in every call of the longest chain", async (t) => {
  const conditions = { "on_behalf_of: [s7]": "not_on_behalf", "max_chain: 7": "chain_too_long" };
  for (const [condition, reason] of Object.entries(conditions)) {
    for (const held of chainOf(8).keys()) {
      const edges = chainOf(8).map(
        (caller, n) => `${caller}: [{target: s${n + 1}${n === held ? `, ${condition}` : ""}}]`,
      );
      const hop = { caller: `s${held}`, target: `s${held + 1}` };
      const refusal = { allowed: false, reason, line: held + 3, hop } as const;
      t.strictSame(decideChain(mapOf(withInteractions(...edges)), chainOf(8), "s8", now), refusal);
    }
  }
});

t.test("an edge with on_behalf_of takes the chains of the first callers that it lists, and no others", async (t) => {
  const edges = ["m1: [m2]", "m5: [m2]", "m7: [m1]", "m2: [{target: m3, on_behalf_of: [m1]}, m4]"];
  const map = mapOf(withInteractions(...edges));
  const lists = { line: 6, edge: { scopes: [], onBehalfOf: ["m1"] } };
  const refusal = { allowed: false, reason: "not_on_behalf", line: 6 } as const;
  t.strictSame(decideChain(map, ["m1", "m2"], "m3", now), { allowed: true, ...lists });
  t.strictSame(decideChain(map, ["m5", "m2"], "m3", now), { ...refusal, hop: { caller: "m2", target: "m3" } });
  t.match(decideChain(map, ["m7", "m1", "m2"], "m3", now), refusal, "m1 is in the chain, but not the first");
  t.match(decideChain(map, ["m5", "m2"], "m4", now), { allowed: true }, "another edge of the same caller");
  t.strictSame(decide(map, "m2", "m3", now), refusal, "nor m2 in its own name");
});

t.test("a caller that is listed itself may call in its own name, and where there is no list anybody may", async (t) => {
  const both = mapOf(withInteractions("m1: [m2]", "m2: [{target: m3, on_behalf_of: [m2, m1]}]"));
  const edge = { scopes: [], onBehalfOf: ["m1", "m2"] };
  t.strictSame(decide(both, "m2", "m3", now), { allowed: true, line: 4, edge });
  t.match(decideChain(both, ["m1", "m2"], "m3", now), { allowed: true, edge });
  t.strictSame(decide(both, "m1", "m2", now), { allowed: true, line: 3, edge: none });
});

t.test("on_behalf_of of an edge in the middle holds too, and its groups are resolved", async (t) => {
  const text = withInteractions("group:web: [{target: m3, on_behalf_of: [group:web]}]", "m3: [m4]", "m9: [m1]").replace(
    "...",
    "groups: {web: [m2, m1]}\n...",
  );
  const map = mapOf(text);
  t.match(decideChain(map, ["m1", "m3"], "m4", now), { allowed: true });
  const middle = { allowed: false, reason: "not_on_behalf", line: 3, via: "group:web => m3" } as const;
  t.strictSame(decideChain(map, ["m9", "m1", "m3"], "m4", now), { ...middle, hop: { caller: "m1", target: "m3" } });
  t.match(decide(map, "m2", "m3", now), { allowed: true, edge: { onBehalfOf: ["m1", "m2"] } });
});

t.test("max_chain of any edge limits the whole chain, in calls", async (t) => {
  const map = (first: string, last: string) =>
    mapOf(withInteractions(`m1: [{target: m2${first}}]`, `m2: [{target: m3${last}}]`, "m3: [m4]"));
  const ask = (of: CompiledMap, ...chain: string[]) => decideChain(of, chain, `m${chain.length + 1}`, now);
  const one = map(", max_chain: 1", "");
  t.strictSame(ask(one, "m1"), { allowed: true, line: 3, edge: { scopes: [], maxChain: 1 } });
  t.match(decide(one, "m1", "m2", now), { allowed: true });
  const tooLong = { allowed: false, reason: "chain_too_long" } as const;
  t.strictSame(ask(one, "m1", "m2"), { ...tooLong, line: 3, hop: { caller: "m1", target: "m2" } });
  const two = map("", ", max_chain: 2");
  t.match(ask(two, "m1", "m2"), { allowed: true });
  t.strictSame(ask(two, "m1", "m2", "m3"), { ...tooLong, line: 4, hop: { caller: "m2", target: "m3" } });
  t.match(ask(map("", ", max_chain: 3"), "m1", "m2", "m3"), { allowed: true });
});

t.test("a chain has 1 to 8 callers, whatever the map says", async (t) => {
  t.equal(longestChain, 8);
  const map = mapOf(line);
  for (let length = 1; length <= 8; length += 1) {
    t.match(decideChain(map, chainOf(length), `s${length}`, now), { allowed: true }, `${length} callers`);
  }
  const hop = { caller: "s8", target: "s9" };
  t.strictSame(decideChain(map, chainOf(9), "s9", now), { allowed: false, reason: "chain_too_long", hop });
  t.match(decideChain(map, [], "s1", now), { allowed: false, reason: "unknown_caller", hop: { target: "s1" } });
});

t.test("no chain comes back to where it was, though every pair has an edge", async (t) => {
  const map = mapOf(withInteractions("group:all: [group:all]").replace("...", "groups: {all: [m1, m2, m3]}\n..."));
  const cycle = (caller: string, target: string) => ({ allowed: false, reason: "cycle", hop: { caller, target } });
  t.strictSame(decideChain(map, ["m1", "m2"], "m1", now), cycle("m2", "m1"));
  t.strictSame(decideChain(map, ["m1", "m2", "m1"], "m3", now), cycle("m2", "m1"), "in the middle");
  t.strictSame(decideChain(map, ["m1", "m2"], "m2", now), cycle("m2", "m2"), "the last one calls itself");
  t.strictSame(decideChain(map, ["m1", "m1"], "m2", now), cycle("m1", "m1"));
  t.match(decideChain(map, ["m1"], "m1", now), { allowed: true }, "but in its own name a service may call itself");
});

t.test("a map that was compiled when there were no chains lets anybody be the first of any", async (t) => {
  const text = withInteractions("m1: [{target: m2, reason: why, on_behalf_of: [m3], max_chain: 1}]", "m2: [m3]");
  const { onBehalfOfs, maxChains, ...old } = mapOf(text);
  const completed: CompiledMap = withoutChains(old);
  t.strictSame(
    [completed.onBehalfOfs, completed.maxChains].map(({ length }) => length),
    [2, 2],
  );
  t.strictSame(decide(completed, "m1", "m2", now), { allowed: true, line: 3, edge: { scopes: [], reason: "why" } });
  t.match(decideChain(completed, ["m1", "m2"], "m3", now), { allowed: true });
});

t.test("a list is read once, and the one who got it from a decision cannot change it", async (t) => {
  const map = mapOf(withInteractions("m1: [{target: m2, on_behalf_of: [m1]}]"));
  const listOf = () => {
    const decision = decide(map, "m1", "m2", now);
    return decision.allowed ? decision.edge.onBehalfOf : undefined;
  };
  t.strictSame(listOf(), ["m1"]);
  t.equal(listOf(), listOf(), "a group of thousands is not read again at every call");
  t.throws(() => (listOf() as string[]).push("m2"), TypeError);
});

t.test("on_behalf_of is searched by whole names: none of 400 that are much alike is taken for another", async (t) => {
  const names = Array.from({ length: 400 }, (_, n) => `s${n}`);
  const listed = names.filter((_, n) => n % 3 === 0);
  const text = withInteractions(`group:all: [{target: x, on_behalf_of: [${listed.join(", ")}]}]`);
  const map = mapOf(text.replace("...", `groups: {all: [${names.join(", ")}]}\n...`));
  t.strictSame(
    names.filter((name) => decide(map, name, "x", now).allowed),
    listed,
  );
});

t.test("on 100 random maps a chain of one is decided as the plain call is, for every pair", async (t) => {
  let refused = 0;
  for (const text of randomMaps(100)) {
    const map = mapOf(text);
    for (const [caller, target] of pairsOf(services)) {
      const [plain, chain] = [decide(map, caller, target, now), decideChain(map, [caller], target, now)];
      refused += Number(!plain.allowed && plain.reason === "not_on_behalf");
      const expected = plain.allowed ? plain : { ...plain, hop: { caller, target } };
      if (JSON.stringify(chain) !== JSON.stringify(expected)) t.strictSame(chain, expected, text);
    }
  }
  t.ok(refused > 100, `${refused} are refused by on_behalf_of alone`);
});

t.test("on 100 random maps a chain is allowed where each of its rules is, looked at one by one", async (t) => {
  const seen = { allowed: 0, refused: 0 };
  for (const text of randomMaps(100)) {
    const map = mapOf(text);
    for (const [first, second] of pairsOf(services)) {
      for (const target of services) {
        const expected = isChainAllowed(map, [first, second], target);
        seen[expected ? "allowed" : "refused"] += 1;
        const { allowed } = decideChain(map, [first, second], target, now);
        if (allowed !== expected) t.equal(allowed, expected, `${first} => ${second} => ${target} of ${text}`);
      }
    }
  }
  t.ok(seen.allowed > 500 && seen.refused > 500, JSON.stringify(seen));
});

const randomMaps = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, seed) => randomChainMap(seed));

const pairsOf = (names: readonly string[]): readonly (readonly [string, string])[] =>
  names.flatMap((caller) => names.map((target) => [caller, target] as const));

/** The rules of a chain of two callers, from the edges alone. */
function isChainAllowed(map: CompiledMap, [first, second]: readonly [string, string], target: string): boolean {
  if (new Set([first, second, target]).size < 3) return false;
  return [decideFor(map, first, first, second), decideFor(map, first, second, target)].every(Boolean);
}

/** Whether the edge of a pair takes a chain of two that `first` began, as the text of its reason says. */
function decideFor(map: CompiledMap, first: string, caller: string, target: string): boolean {
  const decision = decide(withoutChains(map), caller, target, now);
  if (!decision.allowed) return false;
  const [, names, length] = /^first (\S*) max (\d)$/.exec(decision.edge.reason ?? "") ?? [];
  return (names === "" || names?.split(",").includes(first)) === true && Number(length) >= 2;
}
