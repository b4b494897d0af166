import { globSync } from "node:fs";
import { dirname, resolve } from "node:path";
import t from "tap";
import { runCommand } from "../tooling/run-command.ts";
import { pages, root } from "./pages.ts";
import { isPrinted, readExamples } from "./read-markdown.ts";

/** Packages that others import: their README shows how. */
const libraries = ["protocol", "policy", "verifier", "client", "actions", "http-server", "embedded-core"];

const packages = globSync("packages/*/package.json", { cwd: root }).map((path) => dirname(path));
const readmes = [...pages].filter(([path]) => path.endsWith("README.md"));

/** Runs `code` as a file in `folder` would run. */
const run = (code: string, folder: string) =>
  runCommand(process.execPath, ["--input-type=module-typescript", "--eval", code], resolve(root, folder));

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
