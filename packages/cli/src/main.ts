#!/usr/bin/env node
import { createReadStream } from "node:fs";
import { styleText } from "node:util";
import { CommanderError } from "commander";
import { createProgram } from "./create-program.ts";
import type { Paint, Report } from "./report.ts";

const colours = { good: "green", bad: "red", place: "bold" } as const;
// A report may go to either of the two.
const hasColours = process.stdout.isTTY && process.stderr.isTTY && !process.env.NO_COLOR;
const paint: Paint = (meaning, text) =>
  hasColours ? styleText(colours[meaning], text, { validateStream: false }) : text;

function print({ lines, exitCode, isError }: Report): void {
  const stream = isError ? process.stderr : process.stdout;
  stream.write(lines.map((line) => `${line}\n`).join(""));
  process.exitCode = exitCode;
}

const program = createProgram({
  open: (file) => (file === "-" ? process.stdin : createReadStream(file)),
  nowSeconds: () => Date.now() / 1_000,
  mapFile: process.env.MESHPASS_MAP || "config/interactions.yaml",
  paint,
  print,
});

// Whoever reads the output may have had enough of it, as `head` has. Anything else means that nobody got the answer.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => process.exit(code === "EPIPE" ? undefined : 2));

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said what is wrong. Its own code for that is 1, which here means denied.
  process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof CommanderError)) process.stderr.write("unexpected error; please report it\n");
}
