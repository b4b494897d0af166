import { readFileSync } from "node:fs";
import { maxMapBytes, maxProblems, parseMap } from "@meshpass/policy";
import t from "tap";
import { fullMap } from "./full-map.ts";
import { problemsOf, withInteractions } from "./parsed.ts";

const form = "the fields here are version, interactions, deny, groups, services, tests";

t.test("a map is read in all its forms", async (t) => {
  t.same(problemsOf(fullMap), []);
  t.same(problemsOf(fullMap.replaceAll("\n", "\r\n")), [], "with the line ends of Windows");
  t.same(problemsOf(fullMap.slice(0, -1)), [], "without the last line feed");
  t.same(problemsOf(new TextEncoder().encode(fullMap)), [], "as bytes");
  t.same(problemsOf("{version: 1, interactions: {m1: [m1]}}\n...\n"), [], "in brackets");
  t.same(problemsOf("version: 1\ninteractions: {}\n...\n"), [], "with nothing allowed");
});

t.test("the map that ships is good", async (t) => {
  t.same(problemsOf(readFileSync(new URL("../../../config/interactions.yaml", import.meta.url))), []);
});

const refused: Readonly<Record<string, readonly [source: string, ...problems: readonly string[]]>> = {
  "an empty file": [
    "",
    "1:1 missing_end: the map does not end with ..., so it may be half written; write ... alone on the last line",
    "1:1 wrong_type: nothing stands where a mapping belongs; write the fields version, interactions, deny, groups, services, tests",
  ],
  "a list": [
    "- a\n...\n",
    "1:1 wrong_type: a list stands where a mapping belongs; write the fields version, interactions, deny, groups, services, tests",
  ],
  "no version": [
    "interactions: {}\n...\n",
    "1:1 missing_field: the field version is missing; write version: and its value",
  ],
  "another version": [
    "version: 2\ninteractions: {}\n...\n",
    '1:10 bad_value: "2" is not a version that is known here; write version: 1',
  ],
  "no interactions": [
    "version: 1\n...\n",
    "1:1 missing_field: the field interactions is missing; write interactions: and its value",
  ],
  "interactions with nothing in it": [
    "version: 1\ninteractions:\n...\n",
    "2:1 wrong_type: nothing stands where a mapping belongs; write caller: [target, target], or {} for none",
  ],
  "a misspelt field": [
    "version: 1\ninteractions: {}\ngrups: {}\n...\n",
    '3:1 unknown_field: there is no field "grups"; write groups',
  ],
  "interactions misspelt, without what follows from it": [
    "version: 1\ninteraction: {m1: [m2]}\ntests: [{caller: m1, allow: [m2]}, {caller: M1, deny: [m2]}]\n...\n",
    '2:1 unknown_field: there is no field "interaction"; write interactions',
    '3:45 bad_name: "M1" cannot be a name; write m1',
  ],
  "interactions of the wrong kind, without what follows from it": [
    "version: 1\ninteractions: [m1]\ntests: [{caller: m1, allow: [m2]}]\n...\n",
    "2:15 wrong_type: a list stands where a mapping belongs; write caller: [target, target], or {} for none",
  ],
  "a field missing beside one that nobody knows": [
    "interactions: {}\nfoo: 1\n...\n",
    "1:1 missing_field: the field version is missing; write version: and its value",
    `2:1 unknown_field: there is no field "foo"; ${form}`,
  ],
  "a field that no map has": [
    "version: 1\ninteractions: {}\n__proto__: {}\n...\n",
    `3:1 unknown_field: there is no field "__proto__"; ${form}`,
  ],
  "a caller written twice, with and without quotes": [
    withInteractions("m1: [m1]", "m2: []", '"m1": [m2]'),
    '5:3 duplicate_key: "m1" is already written in line 3; merge the two into one',
  ],
  "a number written twice": [
    withInteractions("{1: [], '1': []}"),
    '3:11 duplicate_key: "1" is already written in line 3; merge the two into one',
  ],
  "a name where a list belongs (string for array)": [
    withInteractions("m1: m2"),
    '3:7 wrong_type: "m2" stands where a list belongs; put it in brackets: [ and ]',
  ],
  "nothing where a list belongs": [
    withInteractions("m1:"),
    "3:3 wrong_type: nothing stands where a list belongs; write a list, or [] for none",
  ],
  "an empty item": [
    withInteractions("m1:", "  - m1", "  -"),
    "5:5 wrong_type: nothing stands where the name of a service belongs; write the name of a service",
  ],
  "names out of the grammar (name aliasing)": [
    withInteractions("M1: [m_2, m1., 'm 3 ', '', ünï, m1-]", `m2: [${"a".repeat(64)}, "\\u001b[2J", __proto__]`),
    '3:3 bad_name: "M1" cannot be a name; write m1',
    '3:8 bad_name: "m_2" cannot be a name; write m-2',
    '3:13 bad_name: "m1." cannot be a name; write 1 to 63 of a-z, 0-9 and -, without - at either end',
    '3:18 bad_name: "m 3 " cannot be a name; write m-3',
    '3:26 bad_name: "" cannot be a name; write 1 to 63 of a-z, 0-9 and -, without - at either end',
    '3:30 bad_name: "ünï" cannot be a name; write 1 to 63 of a-z, 0-9 and -, without - at either end',
    '3:35 bad_name: "m1-" cannot be a name; write 1 to 63 of a-z, 0-9 and -, without - at either end',
    `4:8 bad_name: "${"a".repeat(40)}…" cannot be a name; write 1 to 63 of a-z, 0-9 and -, without - at either end`,
    '4:74 bad_name: "\\u001b[2J" cannot be a name; write 1 to 63 of a-z, 0-9 and -, without - at either end',
    '4:87 bad_name: "__proto__" cannot be a name; write 1 to 63 of a-z, 0-9 and -, without - at either end',
  ],
  "reserved names": [
    withInteractions("auth-server: [operator]"),
    '3:3 reserved_name: "auth-server" stands for Meshpass itself; give the service another name',
    '3:17 reserved_name: "operator" stands for Meshpass itself; give the service another name',
  ],
  "a pair written twice": [
    withInteractions("m1:", "  - m1", "  - target: m1", "    lifetime: 1m"),
    '5:15 duplicate_item: "m1" is already in this list, in line 4; delete one of the two',
  ],
  "a misspelt field of an edge": [
    withInteractions("m1: [{taregt: m1}]"),
    '3:9 unknown_field: there is no field "taregt"; write target',
  ],
  "lifetimes out of form and range": [
    withInteractions(
      "m1:",
      ...["9s", "25h", "1d", "0m", "1.5m", "[1m]"].map((text, i) => `  - {target: m${i}, lifetime: ${text}}`),
    ),
    '4:30 bad_value: "9s" is out of range; write a number and s, m or h, from 10s to 24h, such as 5m',
    '5:30 bad_value: "25h" is out of range; write a number and s, m or h, from 10s to 24h, such as 5m',
    '6:30 bad_value: "1d" is no lifetime; write a number and s, m or h, from 10s to 24h, such as 5m',
    '7:30 bad_value: "0m" is no lifetime; write a number and s, m or h, from 10s to 24h, such as 5m',
    '8:30 bad_value: "1.5m" is no lifetime; write a number and s, m or h, from 10s to 24h, such as 5m',
    "9:30 wrong_type: a list stands where a length of time belongs; write a length of time",
  ],
  "a day that does not exist": [
    withInteractions("m1: [{target: m1, expires: 2027-02-30}]"),
    '3:30 bad_value: "2027-02-30" is no date; write a day that exists, such as 2027-06-30, or a time such as 2027-06-30T12:00:00Z',
  ],
  "scopes out of the grammar, twice, and too many": [
    withInteractions(`m1: [{target: m1, scopes: [a, a, 'b c', '"']}, {target: m2, scopes: [${"x".repeat(1_001)}]}]`),
    '3:33 duplicate_item: "a" is already in this list, in line 3; delete one of the two',
    '3:36 bad_value: "b c" cannot be a scope; write visible ASCII without space, " and \\',
    '3:43 bad_value: "\\"" cannot be a scope; write visible ASCII without space, " and \\',
    "3:71 bad_value: these scopes are too long for a token; keep them to 1000 characters",
  ],
  "a proof that nobody knows": [
    withInteractions("m1: [{target: m2, proof: mtls}]"),
    '3:28 bad_value: "mtls" is no proof that is known here; write dpop, or delete it',
  ],
  "reasons that are empty, long or invisible": [
    withInteractions(
      "m1:",
      ...["' '", "x".repeat(201), '"a\\nb"'].map((text, i) => `  - {target: m${i}, reason: ${text}}`),
    ),
    "4:28 bad_value: this cannot be a reason; write one line of 1 to 200 characters, all of them visible",
    "5:28 bad_value: this cannot be a reason; write one line of 1 to 200 characters, all of them visible",
    "6:28 bad_value: this cannot be a reason; write one line of 1 to 200 characters, all of them visible",
  ],
  "groups that are empty, nested, unknown or badly named": [
    "version: 1\ninteractions: {group:wep: [group:zzzz, 'group:']}\ngroups:\n  web: [m1, m1, group:a]\n  none: []\n  Bad: [m1]\n...\n",
    '2:16 unknown_group: there is no group "wep"; write group:web',
    '2:28 unknown_group: there is no group "zzzz"; add it under groups: zzzz: [...]',
    '2:40 bad_name: "" cannot be a name; write 1 to 63 of a-z, 0-9 and -, without - at either end',
    '4:13 duplicate_item: "m1" is already in this list, in line 4; delete one of the two',
    '4:17 bad_value: the group "group:a" stands inside a group; list its services here instead',
    "5:9 bad_value: this group is empty; list its services, or delete the group",
    '6:3 bad_name: "Bad" cannot be a name; write bad',
  ],
  "two groups that give one pair different edges": [
    "version: 1\ninteractions:\n  group:a: [{target: m9, lifetime: 1m}]\n  group:b: [m9]\ngroups: {a: [m1, m2], b: [m2, m3]}\n...\n",
    "4:13 conflicting_groups: m2 => m9 is different through group:b => m9 than through group:a => m9 in line 3; make the two alike, or write the edge m2 => m9 itself",
  ],
  "more pairs than can be kept": [
    `version: 1\ninteractions:\n  group:a: [group:a, m1]\ngroups:\n  a: [${Array.from({ length: 2_001 }, (_, i) => `m${i}`).join()}]\n...\n`,
    "3:3 too_large: with its groups resolved this comes to more than 4000000 pairs; use smaller groups",
  ],
  "an item of deny in the long form": [
    "version: 1\ninteractions: {m1: [m1]}\ndeny: {m1: [{target: m1}]}\n...\n",
    "3:13 wrong_type: a mapping stands where the name of a service belongs; write the name of a service",
  ],
  "tests that test nothing": [
    withInteractions("m1: [m1, m2]").replace(
      "...",
      "tests: [{caller: m1}, {allow: [m1]}, m1, {caller: mm, deny: [zzz]}]\n...",
    ),
    "4:9 missing_field: this test expects nothing; write allow: or deny: and a list of targets",
    "4:23 missing_field: the field caller is missing; write caller: and its value",
    "4:38 wrong_type: a single text stands where a mapping belongs; write the fields caller, on_behalf_of, allow, deny",
    '4:51 unknown_name: "mm" stands nowhere else in the map; write m1, or add mm to the map',
    '4:62 unknown_name: "zzz" stands nowhere else in the map; test a name of the map',
  ],
  "failing tests, each with what decided": [
    "version: 1\ninteractions:\n  m1: [m1, m2]\n  m2: []\ndeny: {m1: [group:g]}\ngroups: {g: [m1]}\ntests:\n  - {caller: m1, allow: [m1], deny: [m2]}\n  - {caller: m2, allow: [m1]}\n...\n",
    "8:26 test_failed: the test expects m1 => m1 to be allowed, but line 5 (m1 => group:g) denies it; take the pair out of deny in line 5, or correct the test",
    "8:38 test_failed: the test expects m1 => m2 to be denied, but line 3 allows it; take the edge out of line 3, or correct the test",
    "9:26 test_failed: the test expects m2 => m1 to be allowed, but no edge allows it; add the edge m2 => m1, or correct the test",
  ],
  "a test that fails since a service is disabled": [
    "version: 1\ninteractions: {m1: [m1, m2]}\nservices:\n  m2: {enabled: false}\ntests:\n  - {caller: m1, allow: [m1, m2]}\n...\n",
    "6:30 test_failed: the test expects m1 => m2 to be allowed, but enabled: false in line 4 refuses it; write enabled: true in line 4, or correct the test",
  ],
};

for (const [title, [source, ...problems]] of Object.entries(refused)) {
  t.test(`refused with place and remedy: ${title}`, async (t) => {
    t.strictSame(problemsOf(source), problems);
  });
}

t.test("a test counts an edge that has ended as in force, so that a map that loads today loads tomorrow", async (t) => {
  const edge = withInteractions("m1: [{target: m1, expires: 2001-01-01}]");
  t.same(problemsOf(edge.replace("...", "tests: [{caller: m1, allow: [m1]}]\n...")), []);
});

t.test("a map with a failing test does not load", async (t) => {
  const parsed = parseMap(withInteractions("m1: [m1]").replace("...", "tests: [{caller: m1, deny: [m1]}]\n..."));
  t.match(parsed, { ok: false, omitted: 0 });
  t.notOk("map" in parsed);
});

t.test("no more than 100 problems are listed, and the others are counted", async (t) => {
  const parsed = parseMap(withInteractions(...Array.from({ length: 250 }, (_, i) => `X${i}: []`)));
  t.match(parsed, { ok: false, problems: { length: maxProblems }, omitted: 150 });
});

t.test("a map of more than 64 MiB is refused unread", async (t) => {
  const tooLarge = [
    `1:1 too_large: the map is larger than ${maxMapBytes} bytes; write groups instead of single services`,
  ];
  t.strictSame(problemsOf(new Uint8Array(maxMapBytes + 1)), tooLarge);
  t.strictSame(problemsOf("ä".repeat(maxMapBytes / 2 + 1)), tooLarge);
});

t.test("the time to read a map does not grow with the square of its callers (yaml quadratic keys)", async (t) => {
  const callers = Array.from({ length: 40_000 }, (_, i) => `svc-${i}: [svc-${(i * 7) % 40_000}]`);
  const before = process.cpuUsage();
  t.same(problemsOf(withInteractions(...callers)), []);
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  t.ok(seconds < 5, `it took ${seconds.toFixed(2)} s; with yaml's own check of keys it would be 20`);
});
