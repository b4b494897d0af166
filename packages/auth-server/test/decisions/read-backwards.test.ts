import { writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import t, { type Test } from "tap";
import { readBackwards } from "../../src/decisions/read-backwards.ts";

/** The blocks of a file that holds `text`. */
async function blocksOf(t: Test, text: string, blockBytes: number): Promise<readonly string[]> {
  const path = join(t.testdir(), "file");
  writeFileSync(path, text);
  const file = await open(path);
  const blocks: string[] = [];
  for await (const block of readBackwards(file, blockBytes)) blocks.push(block.toString());
  await file.close();
  return blocks;
}

t.test("a file comes in blocks of whole lines, the last first", async (t) => {
  const lines = ["one\n", "two\n", "three\n", "four\n"];
  t.same(await blocksOf(t, lines.join(""), 100), [lines.join("")]);
  t.same(await blocksOf(t, lines.join(""), 12), ["three\nfour\n", "one\ntwo\n"]);
  t.same(await blocksOf(t, "", 12), []);
});

t.test("whatever the size of a block, nothing is lost and no line that fits into one is torn", async (t) => {
  const text = Array.from({ length: 20 }, (_, number) => `line ${"x".repeat(number % 7)}\n`).join("");
  for (let blockBytes = 12; blockBytes < 300; blockBytes += 1) {
    const blocks = await blocksOf(t, text, blockBytes);
    t.equal(blocks.toReversed().join(""), text, `${blockBytes} bytes`);
    t.ok(blocks.every((block) => block === "" || (block.startsWith("line") && block.endsWith("\n"))));
  }
});

t.test("the last line may be open, and one that is longer than a block is whole in the end", async (t) => {
  t.same(await blocksOf(t, "one\ntwo", 6), ["two", "one\n"]);
  const blocks = await blocksOf(t, `one\n${"x".repeat(50)}\ntwo\n`, 10);
  t.ok(blocks.includes("two\n"));
  t.equal(blocks.toReversed().join(""), `one\n${"x".repeat(50)}\ntwo\n`);
});
