import { check, type OutputFormat } from "@meshpass/cli";
import t from "tap";
import { map, sourceOf } from "./maps.ts";

const now = Date.UTC(2026, 0, 1) / 1_000;

function ask(pair: string, { text = map, format = "text" as OutputFormat, nowSeconds = now } = {}) {
  const [caller = "", target = ""] = pair.split(" => ");
  return check({ caller, target, source: sourceOf(text), nowSeconds, format, paint: (_, part) => part });
}

const answers: Readonly<Record<string, readonly [pair: string, line: string, exitCode: number]>> = {
  "an edge": ["m1 => m1", "Allowed  m1 => m1: map.yaml:3", 0],
  "an edge in the long form": [
    "m3 => m1",
    "Allowed  m3 => m1: map.yaml:5, scopes read write, tokens of 120 s, until 2027-07-01T00:00:00Z, because of OPS-77",
    0,
  ],
  "an edge through a group": ["m5 => m4", "Allowed  m5 => m4: map.yaml:10 (group:web => m4)", 0],
  "no edge": ["m3 => m4", "Denied  m3 => m4: map.yaml has no such edge; to allow it, add m4 to m3 (line 4)", 1],
  "no edge of a caller that has none of its own": [
    "m5 => m3",
    "Denied  m5 => m3: map.yaml has no such edge; to allow it, add m5: [m3] under interactions",
    1,
  ],
  "a denied pair": [
    "m1 => m2",
    "Denied  m1 => m2: map.yaml:12 denies it; to allow it, take the pair out of deny (line 12)",
    1,
  ],
  "an unknown caller": [
    "m9 => m1",
    "Denied  m9 => m1: map.yaml does not name the caller; to allow it, add m9: [m1] under interactions",
    1,
  ],
  "an unknown target": [
    "m1 => constructor",
    "Denied  m1 => constructor: map.yaml does not name the target; to allow it, add constructor to m1 (line 3)",
    1,
  ],
};

for (const [title, [pair, line, exitCode]] of Object.entries(answers)) {
  t.test(`the answer has file, line and exit code ${exitCode}: ${title}`, async (t) => {
    t.strictSame(ask(pair), { lines: [line], exitCode });
  });
}

t.test("an edge that has ended is denied, with its line", async (t) => {
  t.strictSame(ask("m3 => m1", { nowSeconds: Date.UTC(2027, 6, 1) / 1_000 }), {
    lines: ["Denied  m3 => m1: map.yaml:5 allowed it, but has ended; to allow it, change expires (line 5)"],
    exitCode: 1,
  });
});

t.test("what the remedy says makes the call allowed", async (t) => {
  const added = map.replace("  m1: [m1, m2]", "  m1: [m1, m2]\n  m5: [m3]");
  t.equal(ask("m5 => m3", { text: added }).exitCode, 0);
});

t.test("a name that no service can have is no question, and is not echoed as it is", async (t) => {
  for (const pair of ["M1 => m1", "m1 => auth-server", "\u001b[2J => m1", " => "])
    t.match(ask(pair), { exitCode: 2, isError: true });
  t.match(ask("\u001b]0;x\u0007 => m1").lines, [/^"\\u001b\]0;x\\u0007" cannot be a name; write 1 to 63 of/]);
  t.strictSame(ask("m1 => Order_Service").lines, ['"Order_Service" cannot be a name; write order-service']);
});

t.test("a broken map answers nothing and shows what is wrong", async (t) => {
  t.strictSame(ask("m1 => m1", { text: map.replace("m1: [m1, m2]", "m1: m2") }), {
    lines: [
      'map.yaml:3:7: "m2" stands where a list belongs; put it in brackets: [ and ]',
      "    m1: m2",
      "        ^",
      "map.yaml does not load, so nothing is decided; correct it first",
    ],
    exitCode: 2,
    isError: true,
  });
});

t.test("as JSON the answer is one object on one line", async (t) => {
  const json = (pair: string, text = map) => ask(pair, { text, format: "json" });
  t.strictSame(json("m1 => m1"), {
    lines: ['{"caller":"m1","target":"m1","file":"map.yaml","allowed":true,"line":3,"edge":{"scopes":[]}}'],
    exitCode: 0,
  });
  t.strictSame(JSON.parse(json("m1 => m2").lines[0] ?? ""), {
    caller: "m1",
    target: "m2",
    file: "map.yaml",
    allowed: false,
    reason: "denied",
    line: 12,
    remedy: "take the pair out of deny (line 12)",
  });
  t.strictSame(json("m1 => m2", "").exitCode, 2);
  t.match(JSON.parse(json("m1 => m2", "").lines[0] ?? ""), { error: /does not load/ });
});
