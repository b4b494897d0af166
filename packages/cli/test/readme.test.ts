import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import t from "tap";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/```ts\n(.*?)```\n\n```text\n(.*?)```/gs)];

t.test("every example of the README runs and prints what the README says", async (t) => {
  t.equal(blocks.length, readme.split("```ts\n").length - 1, "each example is followed by its output");
  t.ok(blocks.length > 0);
  for (const [, code = "", output] of blocks) {
    const args = ["--input-type=module-typescript", "--eval", code];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
    t.equal(stdout, output);
  }
});
