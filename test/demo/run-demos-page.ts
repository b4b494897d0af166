import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Test } from "tap";
import { readCommands } from "../docs/read-commands.ts";
import { isPrinted, readFences } from "../docs/read-markdown.ts";
import type { DemoPlace } from "./demo-place.ts";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "packages/microservice/docs/demos.md"), "utf8");

/** `pnpm` without pnpm: the tests do not know where it is, and both scripts are one line. Gives its folder. */
function makePnpm(folder: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const scripts = "case $1 in demo) s=scripts/demo.ts;; meshpass) s=packages/cli/src/main.ts;; esac; shift";
  const pnpm = `#!/bin/sh\n${scripts}\nexec env -u NODE_OPTIONS "${process.execPath}" "${root}/$s" "$@"\n`;
  writeFileSync(join(bin, "pnpm"), pnpm, { mode: 0o755 });
  return bin;
}

/** Runs every command of the page on demos in `place`, where both servers are new, and holds it to what the page says. */
export async function runDemosPage(t: Test, place: DemoPlace): Promise<void> {
  symlinkSync(place.stateFolder, join(place.folder, ".meshpass"));
  const path = `${makePnpm(place.folder)}:${place.env.PATH}`;
  const env = { ...place.env, PATH: path, MESHPASS_STATE_DIR: undefined };
  const consoles = readFences(page).filter(({ language }) => language === "console");
  t.equal(consoles.length, 6);
  for (const { text } of consoles) {
    for (const { command, output } of readCommands(text)) {
      const { stdout } = await promisify(execFile)("bash", ["-c", command], { cwd: place.folder, env });
      const expected = output.replaceAll(/localhost:(\d{4})/g, (_, port) => `localhost:${place.port(Number(port))}`);
      if (isPrinted(stdout, expected)) t.pass(command);
      else t.equal(stdout, expected, command);
    }
  }
}
