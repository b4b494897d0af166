import t from "tap";
import { problemsOf } from "./parsed.ts";

const invisible = "delete it; an editor may not show it";

t.test("bytes that are not UTF-8 are refused, each at its place", async (t) => {
  const bytes = Buffer.concat([Buffer.from("version: 1\n# "), Buffer.from([0xff]), Buffer.from("\n...\n")]);
  t.strictSame(problemsOf(bytes), [
    "2:3 not_text: the character \\ufffd is not allowed in a map; save the file as UTF-8",
  ]);
  t.strictSame(problemsOf(Buffer.from("# ä").subarray(0, 3)), [
    "1:3 not_text: the character \\ufffd is not allowed in a map; save the file as UTF-8",
  ]);
});

t.test("a byte order mark is refused, in bytes and in text", async (t) => {
  const problem =
    "1:1 not_text: the character \\ufeff is not allowed in a map; save the file as UTF-8 without a byte order mark";
  t.strictSame(problemsOf("\ufeffversion: 1\n...\n"), [problem]);
  t.strictSame(problemsOf(Buffer.from("\ufeffversion: 1\n...\n")), [problem]);
});

t.test("NUL and other characters that deceive are refused, even in comments", async (t) => {
  t.strictSame(problemsOf(`version: 1\0\n# \u202e\r\n#\u2028 \x85\n# \ud800 \x1b\n...\r`), [
    `1:11 not_text: the character \\u0000 is not allowed in a map; ${invisible}`,
    `2:3 not_text: the character \\u202e is not allowed in a map; ${invisible}`,
    `3:2 not_text: the character \\u2028 is not allowed in a map; ${invisible}`,
    `3:4 not_text: the character \\u0085 is not allowed in a map; ${invisible}`,
    `4:3 not_text: the character \\ud800 is not allowed in a map; ${invisible}`,
    `4:5 not_text: the character \\u001b is not allowed in a map; ${invisible}`,
    "5:4 not_text: the character \\u000d is not allowed in a map; end lines with a line feed",
  ]);
});

t.test("a file that a crash filled with NUL is refused", async (t) => {
  t.equal(problemsOf(new Uint8Array(4_096)).length, 100);
});

t.test("a carriage return alone, where other readers begin a line, is refused", async (t) => {
  t.strictSame(problemsOf("version: 1\n# harmless\r  m1: [m2]\ninteractions: {}\n...\n"), [
    "2:11 not_text: the character \\u000d is not allowed in a map; end lines with a line feed",
  ]);
});
