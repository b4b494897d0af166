import t from "tap";
import { readLines } from "../../src/runner/read-lines.ts";

t.test("lines are found however they were cut up, and what has no end is none", async (t) => {
  async function* chunks() {
    yield "a";
    yield "b\nc\n\nd";
    yield "\nrest";
  }
  const lines: string[] = [];
  for await (const line of readLines(chunks())) lines.push(line);
  t.strictSame(lines, ["ab", "c", "", "d"]);
});
