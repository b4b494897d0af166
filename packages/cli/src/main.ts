#!/usr/bin/env node
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { styleText } from "node:util";
import { defaultPorts, parsePortOffset, portOffsetProblem } from "@meshpass/protocol";
import { CommanderError } from "commander";
import { openActions } from "./actions/open-actions.ts";
import { createProgram } from "./create-program.ts";
import { createOperatorClient } from "./operator-client.ts";
import { writePrivateFile } from "./private-file.ts";
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

/** Erases the line that stands there, and writes over it. */
function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
}

const { env } = process;
const stateFolder = env.MESHPASS_STATE_DIR || ".meshpass";
const portOffset = parsePortOffset(env.MESHPASS_PORT_OFFSET);
if (portOffset === undefined) {
  process.stderr.write(`${portOffsetProblem}\n`);
  process.exit(2);
}
const operatorPort = defaultPorts.operator + portOffset;
const tokenFile = env.MESHPASS_OPERATOR_TOKEN_FILE || join(stateFolder, "operator.jwt");

const readToken = async (): Promise<string> =>
  env.MESHPASS_OPERATOR_TOKEN || (await readFile(tokenFile, "utf8")).trim();

const program = createProgram({
  open: (file) => (file === "-" ? process.stdin : createReadStream(file)),
  nowSeconds: () => Date.now() / 1_000,
  mapFile: env.MESHPASS_MAP || join(env.MESHPASS_CONFIG || "config", "interactions.yaml"),
  paint,
  print,
  operator: createOperatorClient({
    url: env.MESHPASS_OPERATOR_URL || `http://127.0.0.1:${operatorPort}`,
    readToken,
    tokenPlace: env.MESHPASS_OPERATOR_TOKEN ? "MESHPASS_OPERATOR_TOKEN" : tokenFile,
    allowHttp: env.MESHPASS_ALLOW_HTTP === "1",
  }),
  warn: (line) => void process.stderr.write(`${line}\n`),
  progress,
  elapsedMs: () => performance.now(),
  sleep,
  writeSecret: writePrivateFile,
  credentialPath: (service, type) => join(stateFolder, "credentials", `${service}.${type}`),
  openActions,
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
