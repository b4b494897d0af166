import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import { runCommand } from "../tooling/run-command.ts";
import type { Mesh } from "../walk/start-mesh.ts";
import { pages, root } from "./pages.ts";
import { readCommands } from "./read-commands.ts";
import { isPrinted, readFences } from "./read-markdown.ts";

/**
 * Runs every command of the README, and of the page on running it, on a mesh where nothing was revoked yet. The commands
 * revoke credentials of it.
 */
export async function runPageCommands(t: Test, mesh: Mesh): Promise<void> {
  const offset = Number(mesh.env.MESHPASS_PORT_OFFSET);

  // `pnpm meshpass` without pnpm: the tests do not know where it is, and the script is one line.
  const bin = join(mesh.stateFolder, "bin");
  mkdirSync(bin);
  const cli = join(root, "packages/cli/src/main.ts");
  writeFileSync(join(bin, "pnpm"), `#!/bin/sh\nshift\nexec "${process.execPath}" "${cli}" "$@"\n`, { mode: 0o755 });
  const folder = join(mesh.stateFolder, "..");
  symlinkSync(mesh.stateFolder, join(folder, ".meshpass"));

  /** The command on this mesh's ports and in its folders. */
  const onMesh = (command: string): string =>
    [
      `export PATH="${bin}:$PATH" MESHPASS_PORT_OFFSET=${offset}`,
      command
        .replaceAll("localhost:800$s", `localhost:$((${8_000 + offset} + s))`)
        .replaceAll(/localhost:(\d{4})/g, (_, port) => `localhost:${Number(port) + offset}`),
    ].join("\n");

  for (const page of ["README.md", ".github/RUNNING.md"]) {
    const consoles = readFences(pages.get(page) ?? "").filter(({ language }) => language === "console");
    t.not(consoles.length, 0, page);
    for (const { text, line } of consoles) {
      for (const { command, output } of readCommands(text)) {
        const { stdout, stderr } = await runCommand("bash", ["-c", onMesh(command)], folder);
        t.equal(stderr, "", `${page}:${line}: nothing on stderr`);
        if (isPrinted(stdout, output)) t.pass(command);
        else t.equal(stdout, output, command);
      }
    }
  }
}
