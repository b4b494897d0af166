import { PassThrough } from "node:stream";
import t from "tap";
import { readBoundedLines } from "../../src/child/read-bounded-lines.ts";

async function read(most: number, ...chunks: readonly string[]) {
  const stream = new PassThrough();
  const lines: string[] = [];
  let tooLong = 0;
  readBoundedLines(
    stream,
    most,
    (line) => lines.push(line),
    () => {
      tooLong += 1;
    },
  );
  for (const chunk of chunks) {
    stream.write(chunk);
    await new Promise(setImmediate);
  }
  return { lines, tooLong };
}

t.test("lines are handed on however they were cut up", async (t) => {
  t.strictSame(await read(4, "a", "b\nc", "\n\nd"), { lines: ["ab", "c", ""], tooLong: 0 });
});

t.test("a line that is too long is not waited for, and nothing comes after it", async (t) => {
  t.strictSame(await read(3, "abc\n", "ab", "cd", "e\nf\n"), { lines: ["abc"], tooLong: 1 });
  t.strictSame(await read(3, "abcd\nf\n"), { lines: [], tooLong: 1 });
});
