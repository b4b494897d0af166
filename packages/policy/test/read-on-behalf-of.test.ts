import { decide } from "@meshpass/policy";
import t from "tap";
import { mapOf, problemsOf, withInteractions } from "./parsed.ts";

const now = Date.UTC(2027, 0, 1) / 1_000;
const withGroups = (groups: string, ...lines: readonly string[]): string =>
  withInteractions(...lines).replace("...", `groups: {${groups}}\n...`);

const refused: Readonly<Record<string, readonly [source: string, ...problems: readonly string[]]>> = {
  "an empty list": [
    withInteractions("m1: [{target: m2, on_behalf_of: []}]"),
    "3:35 bad_value: nobody could use this edge; list the first callers, or delete on_behalf_of to let anybody be the first",
  ],
  "one name that is no list": [
    withInteractions("m1: [{target: m2, on_behalf_of: m1}]"),
    '3:35 wrong_type: "m1" stands where a list belongs; put it in brackets: [ and ]',
  ],
  "names and groups that are badly written, unknown or twice": [
    withGroups(
      "web: [m1]",
      "m1:",
      "  - target: m2",
      "    on_behalf_of: [M1, m1, m1, m22, group:wep, group:zzzz, 'group:web', group:web]",
    ),
    '5:22 bad_name: "M1" cannot be a name; write m1',
    '5:30 duplicate_item: "m1" is already in this list, in line 5; delete one of the two',
    '5:34 unknown_name: "m22" stands nowhere else in the map; write m2, or name m22 in interactions',
    '5:39 unknown_group: there is no group "wep"; write group:web',
    '5:50 unknown_group: there is no group "zzzz"; add it under groups: zzzz: [...]',
    '5:75 duplicate_item: "group:web" is already in this list, in line 5; delete one of the two',
  ],
  "an unknown name in each of two lists that are alike, unlike any other name": [
    withInteractions(
      "m1: [{target: m2, on_behalf_of: [client-app]}]",
      "m2: [{target: m1, on_behalf_of: [client-app]}]",
    ),
    '3:36 unknown_name: "client-app" stands nowhere else in the map; name client-app in interactions, or delete it here',
    '4:36 unknown_name: "client-app" stands nowhere else in the map; name client-app in interactions, or delete it here',
  ],
  "lengths of chains out of form and range": [
    withInteractions(
      "m1:",
      ...["0", "9", "1.5", "08", "1e0", "many", "' 2'", "[2]"].map(
        (text, n) => `  - {target: m${n}, max_chain: ${text}}`,
      ),
    ),
    ...["0", "9", "1.5", "08", "1e0", "many", " 2"].map(
      (text, n) =>
        `${n + 4}:31 bad_value: "${text}" cannot be the length of a chain; write a whole number from 1 to 8, where 1 lets nobody hand the call on`,
    ),
    "11:31 wrong_type: a list stands where a number belongs; write a number",
  ],
  "lists that come to more names than can be kept": [
    withGroups(
      `all: [${Array.from({ length: 1_000 }, (_, n) => `s${n}`)}]`,
      ...Array.from({ length: 1_002 }, (_, n) => `m${n}: [{target: x, on_behalf_of: [m${n}, group:all]}]`),
    ),
    "1002:36 too_large: with its groups resolved on_behalf_of comes to more than 1000000 names in this map; use smaller groups, or fewer different lists",
  ],
};

for (const [title, [source, ...problems]] of Object.entries(refused)) {
  t.test(`refused with place and remedy: ${title}`, async (t) => {
    t.strictSame(problemsOf(source), problems);
  });
}

t.test("a first caller may stand further down, as a caller, a target or in a group", async (t) => {
  const edge = "m1: [{target: m2, on_behalf_of: [m3, m4, m5]}]";
  t.strictSame(problemsOf(withGroups("web: [m5]", edge, "m3: [m4]")), []);
  t.match(problemsOf(withInteractions(edge, "m3: [m4]")), [/unknown_name: "m5"/]);
});

t.test("a first caller that two groups list, or a group and a name, is listed once", async (t) => {
  const map = mapOf(withGroups("a: [m3, m1], b: [m3, m2]", "m1: [{target: m2, on_behalf_of: [m3, group:b, group:a]}]"));
  t.strictSame(decide(map, "m1", "m2", now), {
    allowed: true,
    line: 3,
    edge: { scopes: [], onBehalfOf: ["m1", "m2", "m3"] },
  });
});

t.test("lists that name the same in another order, or through a group, make two groups no contradiction", async (t) => {
  const edges = (list: string) =>
    withGroups(
      "a: [m1], b: [m1, m2]",
      "group:a: [{target: m9, on_behalf_of: [m2, m1]}]",
      `group:b: [{target: m9, ${list}}]`,
    );
  t.strictSame(problemsOf(edges("on_behalf_of: [group:b]")), []);
  t.match(problemsOf(edges("on_behalf_of: [m1]")), [/conflicting_groups/]);
  t.match(problemsOf(edges("on_behalf_of: [m1, m2], max_chain: 2")), [/conflicting_groups/]);
});

t.test("a large group that a hundred thousand edges name is kept once", async (t) => {
  const members = Array.from({ length: 1_000 }, (_, n) => `s${n}`);
  const targets = Array.from({ length: 100 }, (_, n) => `{target: t${n}, on_behalf_of: [group:all]}`).join(", ");
  const map = mapOf(withGroups(`all: [${members}]`, ...members.map((name) => `${name}: [${targets}]`)));
  t.ok(map.texts.bytes.length < 10_000, `${map.texts.bytes.length} bytes of texts`);
  t.match(decide(map, "s999", "t99", now), { allowed: true, edge: { onBehalfOf: members.toSorted() } });
});
