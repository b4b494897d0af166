import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { text } from "node:stream/consumers";
import t from "tap";
import { pages, root } from "./pages.ts";
import { isPrinted, readExamples } from "./read-markdown.ts";

/** Packages that others import: their README shows how. */
const libraries = ["protocol", "policy", "verifier", "client", "http-server", "embedded-core"];

const packages = globSync("packages/*/package.json", { cwd: root }).map((path) => dirname(path));
const readmes = [...pages].filter(([path]) => path.endsWith("README.md"));

/** Runs `code` in `folder`, as a file of that folder would run, in a process of its own, plain and without colours. */
async function run(code: string, folder: string) {
  const { NODE_OPTIONS: _tap, FORCE_COLOR: _colours, ...env } = process.env;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", code], {
    cwd: resolve(root, folder),
    env,
    timeout: 10_000,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = new Promise<number | string | null>((resolve, reject) => {
    child.on("error", reject).on("close", (code, signal) => resolve(code ?? signal));
  });
  const [exitCode, stdout, stderr] = await Promise.all([exit, text(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, stderr };
}

t.test("each package has a README, and so has the workspace", async (t) => {
  const missing = ["README.md", ...packages.map((folder) => `${folder}/README.md`)].filter((path) => !pages.has(path));
  t.strictSame(missing, [], "write these, each with what it owns and what it must not");
});

t.test("the README of each library has an example in TypeScript", async (t) => {
  for (const name of libraries) {
    const readme = pages.get(`packages/${name}/README.md`);
    if (readme !== undefined) t.not(readExamples(readme).length, 0, `packages/${name}/README.md has a block of ts`);
  }
});

for (const [path, markdown] of readmes) {
  for (const { code, line, output } of readExamples(markdown)) {
    t.test(
      `the example at ${path}:${line} runs as it is${output === undefined ? "" : " and prints what it says"}`,
      async (t) => {
        const { exitCode, stdout, stderr } = await run(code, dirname(path));
        t.equal(stderr, "", "nothing on stderr");
        t.equal(exitCode, 0, "exit code");
        if (output !== undefined && !isPrinted(stdout, output)) t.equal(stdout, output, "output");
      },
    );
  }
}
