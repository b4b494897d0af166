import { decide } from "@meshpass/policy";
import t from "tap";
import { mapOf, problemsOf } from "./parsed.ts";

/** A map where m1 has this edge; m2 and m3 know scopes, m4 none, and m5 does not say. */
const mapWith = (edge: string): string => `version: 1
interactions:
  m1: [${edge}]
  m9: [m2, m3, m4, m5]
groups: {some: [m2, m3, m5], none: [m4, m2], free: [m5, m9]}
services:
  m2: {scopes: [read, write]}
  m3: {scopes: [admin, write]}
  m4: {scopes: []}
  m5: {audience: urn:m5}
...
`;

t.test("an edge may name the scopes that its target knows, and any where it does not say", async (t) => {
  for (const edge of [
    "{target: m2, scopes: [write, read]}",
    "{target: m4, scopes: []}, m2",
    "{target: m5, scopes: [anything]}",
    "{target: group:some, scopes: [write]}",
    "{target: group:free, scopes: [anything]}",
    "{target: m9, scopes: [anything]}",
  ]) {
    t.same(problemsOf(mapWith(edge)), [], edge);
  }
  const decision = decide(mapOf(mapWith("{target: m2, scopes: [write]}")), "m1", "m2", 0);
  t.match(decision, { allowed: true, edge: { scopes: ["write"] } });
});

const refused: Readonly<Record<string, readonly [edge: string, ...problems: readonly string[]]>> = {
  "a scope that the target does not know, with the nearest": [
    "{target: m2, scopes: [read, wriet, constructor]}",
    '3:36 unknown_scope: "wriet" is no scope of m2; write write, or add it to the scopes of m2 in line 7',
    '3:43 unknown_scope: "constructor" is no scope of m2; add it to the scopes of m2 in line 7',
  ],
  "a scope of a target that knows none": [
    "{target: m4, scopes: [read]}",
    '3:30 unknown_scope: "read" is no scope of m4; add it to the scopes of m4 in line 9',
  ],
  "a scope that one service of a group does not know": [
    "{target: group:some, scopes: [write, read, admn]}",
    '3:45 unknown_scope: "read" is no scope of every service of group:some; add it to the scopes of m3 in line 8',
    '3:51 unknown_scope: "admn" is no scope of every service of group:some; add it to the scopes of m2 in line 7',
  ],
  "a scope for a group of which one knows none": [
    "{target: group:none, scopes: [read]}",
    '3:38 unknown_scope: "read" is no scope of every service of group:none; add it to the scopes of m4 in line 9',
  ],
  "a scope that is misspelt for a whole group": [
    "{target: group:some, scopes: [wrte]}",
    '3:38 unknown_scope: "wrte" is no scope of every service of group:some; write write, or add it to the scopes of m2 in line 7',
  ],
  "a group that is not there, without what follows from it": [
    "{target: group:sme, scopes: [read]}",
    '3:17 unknown_group: there is no group "sme"; write group:some',
  ],
};

for (const [title, [edge, ...problems]] of Object.entries(refused)) {
  t.test(`refused with place and remedy: ${title}`, async (t) => {
    t.strictSame(problemsOf(mapWith(edge)), problems);
  });
}

t.test("a service whose list of scopes is wrong has no edge refused for it", async (t) => {
  const edge = "{target: m2, scopes: [other]}";
  t.strictSame(problemsOf(mapWith(edge).replace("[read, write]", "read")), [
    '7:16 wrong_type: "read" stands where a list belongs; put it in brackets: [ and ]',
  ]);
  const unreadable = mapWith(edge).replace("{scopes: [read, write]}", "{scopes: [read, &a other]}");
  t.notMatch(problemsOf(unreadable).join("\n"), /unknown_scope/);
  const partly = mapWith(edge).replace("{scopes: [read, write]}", "\n    scopes:\n      - read\n      - &a other");
  t.notMatch(problemsOf(partly).join("\n"), /unknown_scope/, "it may stand in the part that cannot be read");
});
