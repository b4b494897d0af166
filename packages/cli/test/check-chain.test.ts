import { check, type OutputFormat } from "@meshpass/cli";
import t from "tap";
import { sourceOf } from "./maps.ts";

const callers = Array.from({ length: 22 }, (_, n) => `c${n}`);
const map = `version: 1
interactions:
  m1: [m2]
  m5: [m2]
  m2:
    - target: m3
      on_behalf_of: [group:front]
    - {target: m4, max_chain: 2}
  m3: [m4]
  m4: [{target: m5, on_behalf_of: [group:callers]}]
groups: {front: [m1, m9], callers: [${callers}]}
deny: {m3: [m4]}
...
`;
const now = Date.UTC(2027, 0, 1) / 1_000;

/** Asks about a chain, written as `m1 => m2 => m3`. */
function ask(calls: string, { format = "text" as OutputFormat, text = map } = {}) {
  const names = calls.split(" => ");
  const [caller = "", target = ""] = names.slice(-2);
  const asked = { caller, target, onBehalfOf: names.slice(0, -2) };
  return check({ ...asked, source: sourceOf(text), nowSeconds: now, format, paint: (_, part) => part });
}

const answers: Readonly<Record<string, readonly [calls: string, rest: string, exitCode: number]>> = {
  "a first caller that is listed": ["m1 => m2 => m3", ": map.yaml:6, on behalf of m1 m9", 0],
  "a first caller that is not listed": [
    "m5 => m2 => m3",
    " at m2 => m3: map.yaml:6 does not list m5 in on_behalf_of; to allow it, add m5 to on_behalf_of (line 6)",
    1,
  ],
  "a call in its own name of a caller that is not listed": [
    "m2 => m3",
    ": map.yaml:6 does not list m2 in on_behalf_of; to allow it, add m2 to on_behalf_of (line 6)",
    1,
  ],
  "a chain as long as its edge allows": ["m1 => m2 => m4", ": map.yaml:8, chains of at most 2 calls", 0],
  "a first call without an edge": [
    "m9 => m1 => m2 => m4",
    " at m9 => m1: map.yaml has no such edge; to allow it, add m9: [m1] under interactions",
    1,
  ],
  "a call in the middle that is denied": [
    "m1 => m2 => m3 => m4",
    " at m3 => m4: map.yaml:12 denies it; to allow it, take the pair out of deny (line 12)",
    1,
  ],
  "an unknown service in the middle": [
    "m1 => m0 => m2",
    " at m1 => m0: map.yaml does not name the target; to allow it, add m0 to m1 (line 3)",
    1,
  ],
  "a chain that comes back": ["m1 => m2 => m1", " at m2 => m1: m1 is already in the chain", 1],
  "more callers than any chain has": [
    "c0 => c1 => c2 => c3 => c4 => c5 => c6 => c7 => c8 => m1",
    " at c8 => m1: no chain has more than 8 callers",
    1,
  ],
};

for (const [title, [calls, rest, exitCode]] of Object.entries(answers)) {
  t.test(`the answer names the call that decided, with exit code ${exitCode}: ${title}`, async (t) => {
    const verdict = exitCode === 0 ? "Allowed" : "Denied";
    t.strictSame(ask(calls), { lines: [`${verdict}  ${calls}${rest}`], exitCode });
  });
}

t.test("a chain that is too long for an edge in its middle is denied there", async (t) => {
  const text = map.replace("m3: [m4]", "m3: [m4]\n  m9: [m1]");
  t.strictSame(ask("m9 => m1 => m2 => m4", { text }), {
    lines: [
      "Denied  m9 => m1 => m2 => m4 at m2 => m4: map.yaml:8 allows no chain of 3 calls; to allow it, raise max_chain to 3 (line 8)",
    ],
    exitCode: 1,
  });
});

t.test("of many first callers twenty are named", async (t) => {
  const { lines } = ask("c0 => m4 => m5", { text: map.replace("m3: [m4]", "c0: [m4]") });
  t.match(lines[0], `on behalf of ${callers.toSorted().slice(0, 20).join(" ")} and 2 more`);
});

t.test("as JSON the answer has the chain and, of a refusal, the call", async (t) => {
  const json = (calls: string) => JSON.parse(ask(calls, { format: "json" }).lines[0] ?? "");
  const edge = { scopes: [], onBehalfOf: ["m1", "m9"] };
  const asked = { caller: "m2", target: "m3", file: "map.yaml" };
  t.strictSame(json("m1 => m2 => m3"), { ...asked, onBehalfOf: ["m1"], allowed: true, line: 6, edge });
  const refusal = { allowed: false, reason: "not_on_behalf", line: 6 };
  const remedy = (name: string) => `add ${name} to on_behalf_of (line 6)`;
  const hop = { caller: "m2", target: "m3" };
  t.strictSame(json("m5 => m2 => m3"), { ...asked, onBehalfOf: ["m5"], ...refusal, hop, remedy: remedy("m5") });
  t.strictSame(json("m2 => m3"), { ...asked, ...refusal, remedy: remedy("m2") }, "a plain question has one call");
});
