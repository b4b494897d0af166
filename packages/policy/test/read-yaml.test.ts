import t from "tap";
import { problemsOf, withInteractions } from "./parsed.ts";

const refused: Readonly<Record<string, readonly [source: string, ...problems: readonly string[]]>> = {
  "anchors, aliases (billion laughs), tags, marked keys and text blocks": [
    withInteractions(
      "m1: &a [m1]",
      "m2: *a",
      "m3: !!seq [m1]",
      "? m4",
      ": [m1]",
      "m5: |",
      "  - m1",
      "m6: [*a, m1]",
      "m7: [&b m1]",
      "m8: >- # c",
      "  - m1",
    ),
    "3:7 unsupported_yaml: a map has no anchors (&); write the value itself, or use a group",
    "4:7 unsupported_yaml: a map has no aliases (*); write the value itself, or use a group",
    "5:7 unsupported_yaml: a map has no tags (!); write the value without the tag",
    "6:3 unsupported_yaml: a map has no keys marked with ?; write the key, a colon and the value",
    "8:7 unsupported_yaml: a map has no text blocks (| and >); write the text on one line, in quotes",
    "10:8 unsupported_yaml: a map has no aliases (*); write the value itself, or use a group",
    "11:8 unsupported_yaml: a map has no anchors (&); write the value itself, or use a group",
    "12:7 unsupported_yaml: a map has no text blocks (| and >); write the text on one line, in quotes",
  ],
  "merge keys (CVE-2025-64718)": [
    withInteractions("<<: {__proto__: {admin: [x]}}"),
    "3:3 unsupported_yaml: a map has no merge keys (<<); write the fields themselves",
  ],
  directives: [
    "%YAML 1.2\n---\nversion: 1\ninteractions: {}\n...\n",
    "1:1 unsupported_yaml: a map has no directives (%); delete the line",
  ],
  "several documents": [
    "version: 1\ninteractions: {}\n---\nversion: 1\n...\n",
    "3:1 unsupported_yaml: a second document (---) begins here; keep one document in one file",
  ],
  "a document on the line of its mark": [
    "--- {version: 1, interactions: {}}\n...\n",
    "1:5 syntax: something comes after ---; begin a new line after ---",
  ],
  "no end mark": [
    "version: 1\ninteractions: {}\n",
    "3:1 missing_end: the map does not end with ..., so it may be half written; write ... alone on the last line",
  ],
  "a name that ends with three dots, for an end mark": [
    "version: 1\ninteractions:\n  a: [b] # ...\n",
    "4:1 missing_end: the map does not end with ..., so it may be half written; write ... alone on the last line",
  ],
  tabs: [
    withInteractions("m1:\t[m1]", "m2: ['m\t1', m1] # a\ttab"),
    "3:6 syntax: a tab stands here; write spaces instead of the tab",
    '4:8 bad_name: "m\\u00091" cannot be a name; write 1 to 63 of a-z, 0-9 and -, without - at either end',
  ],
  "a comment that touches": [
    withInteractions("m1: [m1]#x"),
    "3:11 syntax: this comment touches what is before it; write a space before the #",
  ],
  "brackets that are not closed, each at its place": [
    withInteractions("m1: [m1, m2", "m2: [m1]", "m3: {target: m1", "m5: [m1]]", "M6: []"),
    "3:7 syntax: this bracket is not closed; write ] after its content",
    "5:7 syntax: this bracket is not closed; write } after its content",
    '6:11 syntax: "]" comes after the value; delete it, or begin a new line',
    '7:3 bad_name: "M6" cannot be a name; write m6',
  ],
  "a line too far left for the bracket that is open above it": [
    withInteractions("m1: {target:", "m2: []").replace("  m2", "m2"),
    "4:1 syntax: this line is too far left for the open bracket above; close it, or indent the line",
    '4:1 unknown_field: there is no field "m2"; the fields here are version, interactions, deny, groups, services, tests',
  ],
  "a bracket that is open at the end": [
    "version: 1\ninteractions: {m1: [m1",
    "2:20 syntax: this bracket is not closed; write ] after its content",
    "2:23 missing_end: the map does not end with ..., so it may be half written; write ... alone on the last line",
  ],
  "quotes that are not closed, and escapes that JSON has not": [
    withInteractions('m1: "x\\q"', "m2: 'it's'", 'm3: "\\ud800"', 'm4: "x', "m5: []"),
    '3:7 syntax: this text is not closed, or has an escape that is none of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000; close the quotes, or use single quotes, which know no escapes',
    '4:11 syntax: "s\'" comes after the value; delete it, or begin a new line',
    '5:7 syntax: this text is not closed, or has an escape that is none of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000; close the quotes, or use single quotes, which know no escapes',
    "6:7 syntax: this text goes on over the end of the line; close its quotes in this line",
  ],
  "a single quote that is open at the end": [
    "version: '1",
    "1:10 syntax: this quote is not closed; write ' at the end of the text",
    "1:12 missing_end: the map does not end with ..., so it may be half written; write ... alone on the last line",
  ],
  "a single quote alone at the end": [
    "version: '",
    "1:10 syntax: this quote is not closed; write ' at the end of the text",
    "1:11 missing_end: the map does not end with ..., so it may be half written; write ... alone on the last line",
  ],
  "lines that do not line up": [
    withInteractions("m1: [m1]", "  m2: [m1]", "m3:", "    - m1", "   - m2").replace("...", " m4: []\n..."),
    "4:5 syntax: this line does not line up with the ones above; begin it in column 3",
    "7:6 syntax: this line does not line up with the ones above; begin it in column 7",
    "8:2 syntax: this line does not line up with the ones above; begin it in column 3",
  ],
  "lines between two blocks, and what is wrong after them": [
    "version: 1\ninteractions:\n  m1: [m1]\n m2:\n    - m1\n m3: []\n  M4: []\ntests:\n  -   caller: m1\n    allow: [m1]\n...\n",
    "4:2 syntax: this line does not line up with the ones above; begin it in column 3",
    "6:2 syntax: this line does not line up with the ones above; begin it in column 3",
    '7:3 bad_name: "M4" cannot be a name; write m4',
    "10:5 syntax: this line does not line up with the ones above; begin it in column 7",
  ],
  "a list under its field, and a line beside it": [
    withInteractions("m1:", "- {target: m1}", " - m2", "m2: [m1]", "M3: []"),
    "5:4 syntax: this line does not line up with the ones above; begin it in column 3",
    '7:3 bad_name: "M3" cannot be a name; write m3',
  ],
  "several things in one line": [
    withInteractions("m1: m1: m2", "m2: - m1", "m3: [a: b]", "m4: [m1, , m2]", "m5: {a b}", "m6: [m1 {m2}]"),
    "3:9 syntax: a second field begins in this line; begin it on a line of its own, or use { and }",
    '4:7 syntax: "-" stands where text belongs; write text',
    "5:9 syntax: a colon stands inside a list; write fields between { and }",
    '6:12 syntax: "," stands where text belongs; write text',
    '7:11 syntax: "}" stands where a colon and a value belongs; write a colon and a value',
    '8:11 syntax: "{" stands where a comma or ] belongs; write a comma or ]',
  ],
  "an entry without its colon": [
    withInteractions("m1: [m1]", "m2 [m1]"),
    "4:3 syntax: there is no colon after this; write a colon and a space between field and value",
  ],
  "an item among fields and a bracket among items": [
    withInteractions("m1: [m1]", "- m2").replace("...", "tests:\n  - {caller: m1, deny: []}\n  ]\n..."),
    '4:3 syntax: "-" stands where a field belongs; write a field',
    "7:3 syntax: this line does not line up with the ones above; begin it in column 1",
  ],
  "text that goes on in the next line": [
    withInteractions("m1", "  - m1"),
    "3:3 syntax: this text goes on over the end of the line; write a colon after it, or all of it on one line",
  ],
  "text that begins with what YAML keeps": [
    withInteractions("m1: [@m1]", "m2: [`m]", "m3: [%m]", "m4: [-m]", "m5: [:m]"),
    ...[3, 4, 5, 6, 7].map(
      (line) => `${line}:8 syntax: this text begins with a character that YAML keeps; put the text in quotes`,
    ),
  ],
  "10,000 brackets (CVE-2026-33532)": [
    `${"[".repeat(10_000)}\n...\n`,
    "1:9 too_deep: more than 8 levels inside each other; a map needs five",
  ],
  "5,000 levels of lines (CVE-2026-33532)": [
    `${Array.from({ length: 5_000 }, (_, i) => `${" ".repeat(i)}a:\n`).join("")}...\n`,
    '1:1 unknown_field: there is no field "a"; the fields here are version, interactions, deny, groups, services, tests',
    "9:9 too_deep: more than 8 levels inside each other; a map needs five",
  ],
};

for (const [title, [source, ...problems]] of Object.entries(refused)) {
  t.test(`refused with place and remedy: ${title}`, async (t) => {
    t.strictSame(problemsOf(source), problems);
  });
}

t.test("a text of megabytes between quotes is read as any other", async (t) => {
  for (const text of [`'${"x".repeat(10_000_000)}'`, `'${"''".repeat(1_000_000)}'`, `"${"x".repeat(10_000_000)}"`]) {
    const problems = problemsOf(`version: ${text}\ninteractions: {}\n...\n`);
    t.match(problems, [/^1:10 bad_value: .{40,90} is not a version that is known here; write version: 1$/]);
  }
});

for (const rest of ["\n", " ", "# comment", "\n...\n", "\n---\nversion: 1\n...\n", "\nm1: [m2]\n"]) {
  t.test(`nothing may come after the end mark: ${JSON.stringify(rest)}`, async (t) => {
    const problem = "3:4 after_end: something comes after the closing ...; delete all that comes after the ...";
    t.ok(problemsOf(`version: 1\ninteractions: {}\n...${rest === "\n" ? "\n\n" : ` ${rest}`}`).includes(problem));
  });
}
