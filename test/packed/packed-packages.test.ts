import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import t, { type Test } from "tap";
import { isPrinted, readExamples } from "../docs/read-markdown.ts";
import { readOutput, runCommand } from "../tooling/run-command.ts";
import { findNodes, promised } from "./find-nodes.ts";
import { packWorkspace } from "./pack-workspace.ts";

// The registry is asked, and may be slow.
t.setTimeout(120_000);

// Not under the workspace: what is missing in a project must not be found in a node_modules above it.
const folder = mkdtempSync(resolve(tmpdir(), "meshpass-packed-"));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

const workspace = resolve(folder, "workspace");
mkdirSync(workspace);
const tarballs = await packWorkspace(["protocol", "client", "verifier"], workspace);
const nodes = await findNodes();
const root = resolve(import.meta.dirname, "../..");

const tarball = (name: string) => tarballs.get(name) ?? `no tarball of ${name}`;
const readJson = (path: string) => JSON.parse(readFileSync(path, "utf8"));

/** An empty project with `packages` and what they need installed by npm, and nothing else. */
async function createProject(name: string, packages: readonly string[]): Promise<string> {
  const project = resolve(folder, name);
  mkdirSync(project);
  writeFileSync(resolve(project, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  await readOutput("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages], project);
  return project;
}

/** Runs every example in the README of the package `name`, as installed in `project`, on every node there is. */
async function runExamples(t: Test, project: string, name: string) {
  const installed = resolve(project, "node_modules/@meshpass", name);
  const examples = readExamples(readFileSync(resolve(installed, "README.md"), "utf8"));
  t.not(examples.length, 0, `the README of ${name} has an example`);
  for (const { code, line, output } of examples) {
    const file = resolve(project, `${name}-${line}.mjs`);
    writeFileSync(file, stripTypeScriptTypes(code));
    for (const [major, node] of nodes) {
      const { exitCode, stdout, stderr } = await runCommand(node, [file], project);
      t.strictSame(
        { exitCode, stderr },
        { exitCode: 0, stderr: "" },
        `${name}/README.md:${line} runs on node ${major}`,
      );
      if (output !== undefined && !isPrinted(stdout, output))
        t.equal(stdout, output, `${name}/README.md:${line} prints what it says`);
    }
  }
}

/** Checks `project` as a strict TypeScript project would that imports the packages `specifiers`. */
async function checkTypes(project: string, specifiers: readonly string[]) {
  const text = specifiers.map((specifier, index) => `export * as p${index} from "${specifier}";\n`).join("");
  writeFileSync(resolve(project, "consumer.ts"), text);
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--types", "node"];
  const compiler = resolve(root, "node_modules/typescript/bin/tsc");
  const types = resolve(root, "node_modules/@types");
  await readOutput(process.execPath, [compiler, ...options, "--typeRoots", types, "consumer.ts"], project);
}

for (const name of ["protocol", "client", "verifier"]) {
  t.test(
    `the tarball of ${name} holds JavaScript and types, and no dependency that only the workspace knows`,
    async (t) => {
      const { stdout } = await runCommand("tar", ["-tzf", tarball(name)], folder);
      const files = stdout.trim().split("\n");
      for (const file of ["dist/index.js", "dist/index.d.ts", "README.md", "LICENSE"])
        t.ok(files.includes(`package/${file}`), file);
      t.strictSame(
        files.filter((file) => !/^package\/(dist\/.*\.(js|d\.ts)|README\.md|LICENSE|package\.json)$/.test(file)),
        [],
      );
      const manifest = await readOutput("tar", ["-xOzf", tarball(name), "package/package.json"], folder);
      t.notMatch(manifest, /workspace:|catalog:|\/src\//);
    },
  );
}

t.test("the client runs its README's examples in an empty project, without any web framework", async (t) => {
  const project = await createProject("caller", [tarball("protocol"), tarball("client")]);
  t.notOk(existsSync(resolve(project, "node_modules/fastify")), "fastify is not there");
  await runExamples(t, project, "client");
  await runExamples(t, project, "protocol");
  await t.resolves(checkTypes(project, ["@meshpass/client", "@meshpass/protocol"]), "its types are whole");
});

t.test("the verifier runs its README's examples in an empty project that has fastify", async (t) => {
  const { version } = readJson(resolve(root, "node_modules/fastify/package.json"));
  const project = await createProject("receiver", [tarball("protocol"), tarball("verifier"), `fastify@${version}`]);
  await runExamples(t, project, "verifier");
  await t.resolves(checkTypes(project, ["@meshpass/verifier", "@meshpass/verifier/fastify"]), "its types are whole");
});

for (const major of promised) {
  const there = nodes.has(major);
  t.test(
    `the examples ran on node ${major}`,
    { skip: there ? false : `no node ${major} on this machine` },
    async (t) => {
      t.ok(there);
    },
  );
}
