import { type OutputFormat, validate } from "@meshpass/cli";
import t from "tap";
import { map, sourceOf } from "./maps.ts";

const run = (text: string, format: OutputFormat = "text") =>
  validate({ source: sourceOf(text), format, paint: (_, part) => part });
const failing = map.replace("...", "tests: [{caller: m1, deny: [m1]}]\n...");

t.test("a good map is valid: exit code 0", async (t) => {
  t.strictSame(run(map), { exitCode: 0, lines: ["Valid  map.yaml: 5 services, 5 edges"] });
  t.strictSame(run("version: 1\ninteractions: {m1: [m1]}\n...\n").lines, ["Valid  map.yaml: 1 service, 1 edge"]);
});

t.test(
  "a map that does not compile shows every problem with line, column, remedy and caret: exit code 3",
  async (t) => {
    t.strictSame(run("version: 1\ninteractions:\n  m1: m2\n  M3: []\n...\n"), {
      exitCode: 3,
      lines: [
        'map.yaml:3:7: "m2" stands where a list belongs; put it in brackets: [ and ]',
        "    m1: m2",
        "        ^",
        'map.yaml:4:3: "M3" cannot be a name; write m3',
        "    M3: []",
        "    ^",
        "Invalid  map.yaml: 2 problems",
      ],
    });
  },
);

t.test("a map whose tests fail: exit code 4", async (t) => {
  const { exitCode, lines } = run(failing);
  t.equal(exitCode, 4);
  t.match(lines[0], /^map.yaml:13:29: the test expects m1 => m1 to be denied, but line 3 allows it; /);
});

t.test("a test that names nobody is no failing test: exit code 3", async (t) => {
  t.equal(run(failing.replace("deny: [m1]}]", "deny: [m77]}]")).exitCode, 3);
});

t.test("as JSON the problems are one object on one line, with nothing that a terminal obeys", async (t) => {
  t.strictSame(run(map, "json").lines, ['{"valid":true,"file":"map.yaml","problems":[],"omitted":0}']);
  const { lines, exitCode } = run(failing, "json");
  t.equal(exitCode, 4);
  t.match(JSON.parse(lines.join("")), { valid: false, problems: [{ line: 13, column: 29, code: "test_failed" }] });
  const hostile = validate({
    source: { bytes: Buffer.from(map), file: "\u009b2J" },
    format: "json",
    paint: (_, part) => part,
  });
  t.equal(hostile.lines[0], '{"valid":true,"file":"\\u009b2J","problems":[],"omitted":0}');
});

t.test("bytes that are no text are shown as far as they can be", async (t) => {
  const { lines } = validate({
    source: { bytes: Buffer.from([0xff, 0x1b]), file: "f" },
    format: "text",
    paint: (_, part) => part,
  });
  t.equal(lines[1], "  \\ufffd\\u001b");
});

t.test("colours mark place, caret and verdict alone", async (t) => {
  const paint = (meaning: string, part: string) => `<${meaning} ${part}>`;
  t.strictSame(
    validate({ source: sourceOf("version: 1\ninteractions: {m1: m1}\n...\n"), format: "text", paint }).lines,
    [
      '<place map.yaml:2:20:> "m1" stands where a list belongs; put it in brackets: [ and ]',
      "  interactions: {m1: m1}",
      "                     <bad ^>",
      "<bad Invalid>  map.yaml: 1 problem",
    ],
  );
});
