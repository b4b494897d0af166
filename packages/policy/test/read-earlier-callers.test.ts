import t from "tap";
import { problemsOf, withInteractions } from "./parsed.ts";

/** A map with these tests, the first of them in line 11. */
const chains = (...tests: readonly string[]): string =>
  withInteractions(
    "m1: [m2, m3]",
    "m2:",
    "  - {target: m3, on_behalf_of: [m1]}",
    "  - {target: m4, max_chain: 1}",
    "m3: [m4, m1]",
    "m4: [m3]",
  ).replace("...", ["deny: {m4: [m3]}", "tests:", ...tests.map((test) => `  - ${test}`), "..."].join("\n"));

const refused: Readonly<Record<string, readonly [source: string, ...problems: readonly string[]]>> = {
  "tests of chains that are none": [
    chains(
      "{caller: m2, on_behalf_of: [], allow: [m3]}",
      "{caller: m2, on_behalf_of: m2, deny: [m3]}",
      "{caller: m2, on_behalf_of: [m1, m9, M3, m1, group:web], allow: [m3]}",
      "{caller: m2, on_behalf_of: {m1: m2}, allow: [m3]}",
      "{caller: m2, on_behalf_of: m1}",
      "{caller: m9, on_behalf_of: [m1], allow: [m3]}",
    ),
    "11:32 bad_value: nobody is listed here; list who called before the caller, or delete on_behalf_of",
    '12:32 bad_value: "m2" is the caller itself; list who called before it',
    '13:37 unknown_name: "m9" stands nowhere else in the map; write m1, or add m9 to the map',
    '13:41 bad_name: "M3" cannot be a name; write m3',
    '13:45 duplicate_item: "m1" is already in this list, in line 13; delete one of the two',
    '13:49 bad_name: "group:web" cannot be a name; write 1 to 63 of a-z, 0-9 and -, without - at either end',
    "14:32 wrong_type: a mapping stands where a list belongs; write a list, or [] for none",
    "15:5 missing_field: this test expects nothing; write allow: or deny: and a list of targets",
    '16:14 unknown_name: "m9" stands nowhere else in the map; write m1, or add m9 to the map',
  ],
  "a test of a chain that is longer than any": [
    withInteractions("m1: [a, b, c, d, e, f, g, h, m1]").replace(
      "...",
      "tests:\n  - {caller: m1, on_behalf_of: [a, b, c, d, e, f, g, h], deny: [m1]}\n...",
    ),
    "5:32 bad_value: no chain is that long; list at most 7 that called before",
  ],
  "failing tests of chains, each with the call that decided": [
    chains(
      "{caller: m2, allow: [m3]}",
      "{caller: m2, on_behalf_of: m1, deny: [m3]}",
      "{caller: m2, on_behalf_of: m1, allow: [m4]}",
      "{caller: m2, on_behalf_of: [m3, m1], allow: [m3, m4]}",
      "{caller: m3, on_behalf_of: [m4], allow: [m1]}",
      "{caller: m2, on_behalf_of: [m4], allow: [m1]}",
    ),
    "11:26 test_failed: the test expects m2 => m3 to be allowed, but line 5 does not let m2 call first; add m2 to on_behalf_of of the edge in line 5, or correct the test",
    "12:43 test_failed: the test expects m1 => m2 => m3 to be denied, but line 5 allows it; take the edge out of line 5, or correct the test",
    "13:44 test_failed: the test expects m1 => m2 => m4 to be allowed, but line 6 allows no chain of 2 calls; raise max_chain of the edge in line 6 to 2, or correct the test",
    "14:50 test_failed: the test expects m3 => m1 => m2 => m3 to be allowed, but m3 is already in the chain; correct the test",
    "14:54 test_failed: the test expects m3 => m1 => m2 => m4 to be allowed, but line 6 allows no chain of 3 calls; raise max_chain of the edge in line 6 to 3, or correct the test",
    "15:46 test_failed: the test expects m4 => m3 => m1 to be allowed, but line 9 denies m4 => m3; take the pair out of deny in line 9, or correct the test",
    "16:46 test_failed: the test expects m4 => m2 => m1 to be allowed, but no edge allows m4 => m2; add the edge m4 => m2, or correct the test",
  ],
};

for (const [title, [source, ...problems]] of Object.entries(refused)) {
  t.test(`refused with place and remedy: ${title}`, async (t) => {
    t.strictSame(problemsOf(source), problems);
  });
}

t.test("tests of chains hold where the chain is allowed or denied as they say", async (t) => {
  const tests = [
    "{caller: m2, on_behalf_of: m1, allow: [m3], deny: [m4]}",
    "{caller: m3, on_behalf_of: [m1, m2], allow: [m4], deny: [m1, m2]}",
    "{caller: m2, allow: [m4], deny: [m3]}",
    "{caller: m2, on_behalf_of: [m3, m1], deny: [m4]}",
  ];
  t.strictSame(problemsOf(chains(...tests)), []);
});
