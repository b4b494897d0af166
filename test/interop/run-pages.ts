import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import { type Ending, runCommand } from "../tooling/run-command.ts";
import { meshFolder } from "../walk/mesh-folder.ts";
import type { Issuer } from "./start-issuer.ts";

const root = join(import.meta.dirname, "..", "..");

interface Language {
  readonly name: string;
  /** Of its blocks of code. */
  readonly fence: string;
  readonly run: (folder: string, code: string, env: NodeJS.ProcessEnv) => Promise<Ending>;
  /** What it says where it lacks a library or itself. */
  readonly missing: RegExp;
}

const write = (folder: string, name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const languages: readonly Language[] = [
  {
    name: "javascript",
    fence: "js",
    run: (_, code, env) => runCommand(process.execPath, ["--input-type=module", "--eval", code], root, env),
    missing: /(?!)/,
  },
  {
    name: "python",
    fence: "python",
    run: (folder, code, env) => runCommand("python3", [write(folder, "example.py", code)], folder, env),
    missing: /No module named|ENOENT/,
  },
  {
    name: "go",
    fence: "go",
    run: (folder, code, env) => {
      write(folder, "go.mod", "module example\n\ngo 1.22\n");
      const path = write(folder, "main.go", code);
      return runCommand("go", ["run", path], folder, { ...env, GOFLAGS: "-mod=mod", GOPROXY: "off" });
    },
    missing: /module lookup disabled|cannot find module|no required module|ENOENT/,
  },
];

/** Runs the lines of each language's page: those that call first, then on their token those that verify. */
export async function runPages(t: Test, issuer: Issuer): Promise<void> {
  for (const { name, fence, run, missing } of languages) {
    await t.test(`what the page for ${name} says gets a token here and verifies it`, async (t) => {
      const page = readFileSync(join(root, "packages", "auth-server", "docs", "languages", `${name}.md`), "utf8");
      const blocks = [...page.matchAll(new RegExp(`\`\`\`${fence}\\n([^]*?)\`\`\``, "g"))].map(([, code = ""]) => code);
      t.equal(blocks.length, 2);
      const [call = "", verify = ""] = blocks;
      const folder = meshFolder(t);
      const env = { ISSUER: issuer.url, CLIENT_ID: "shop", CLIENT_SECRET: issuer.secret, AUDIENCE: "urn:maps" };
      const called = await run(folder, call, env);
      if (missing.test(called.stderr)) return t.pass("to call", { skip: `${name} or a library for it is not here` });
      t.equal(called.stderr, "");
      const token = called.stdout.trim();
      const verified = await run(folder, verify, { ...env, TOKEN: token });
      if (missing.test(verified.stderr))
        return t.pass("to verify", { skip: `a library of ${name} for it is not here` });
      t.equal(verified.stdout.trim(), "shop directions geocode", verified.stderr);
      const other = await run(folder, verify, { ...env, TOKEN: token, AUDIENCE: "urn:other" });
      t.not(other.exitCode, 0, "a token for somebody else");
    });
  }
}
