import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { createProgram } from "@meshpass/cli";
import type { Command } from "commander";
import t from "tap";
import { outside } from "./outside.ts";

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

t.test("the README names every variable that is read, and every command and option", async (t) => {
  const source = readFileSync(new URL("../src/main.ts", import.meta.url), "utf8");
  const variables = [...source.matchAll(/\benv\.([A-Z_]+)/g)].map(([, name = ""]) => name);
  t.ok(variables.length > 5);
  const words = [...new Set(variables), ...wordsOf(createProgram(outside()))];
  t.strictSame(
    words.filter((word) => !readme.includes(word)),
    [],
  );
});

/** Commands with their parents, `credentials list`, and options in their long form, but for the output that is on all. */
function wordsOf(command: Command, above = ""): string[] {
  return command.commands.flatMap((each) => {
    const options = each.options.map(({ long, short }) => short ?? long ?? "");
    return [`${above}${each.name()}`, ...options, ...wordsOf(each, `${above}${each.name()} `)];
  });
}
