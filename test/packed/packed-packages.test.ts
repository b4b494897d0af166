import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import fastify from "fastify/package.json" with { type: "json" };
import t, { type Test } from "tap";
import { isPrinted, readExamples } from "../docs/read-markdown.ts";
import { readOutput, runCommand } from "../tooling/run-command.ts";
import { findNodes, promised } from "./find-nodes.ts";
import { packWorkspace } from "./pack-workspace.ts";

// The registry is asked, and may be slow.
t.setTimeout(120_000);

// Not under the workspace: what is missing in a project must not be found in a node_modules above it.
const folder = mkdtempSync(resolve(tmpdir(), "meshpass-packed-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

const workspace = resolve(folder, "workspace");
mkdirSync(workspace);
const tarballs = await packWorkspace(["protocol", "client", "verifier", "actions"], workspace);
const nodes = await findNodes();
const root = resolve(import.meta.dirname, "../..");

const tarball = (name: string) => tarballs.get(name) ?? `no tarball of ${name}`;

/** An empty project with `packages` and what they need installed by npm, and nothing else. */
async function createProject(name: string, packages: readonly string[]): Promise<string> {
  const project = resolve(folder, name);
  mkdirSync(project);
  writeFileSync(resolve(project, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  await readOutput("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages], project);
  return project;
}

/**
 * Compiles every example in the README of the package `name`, as installed in `project`, like a strict TypeScript
 * project would, the package's own types included, and runs it on every node there is, or on those in `runOn`.
 */
async function runExamples(t: Test, project: string, name: string, runOn: ReadonlyMap<number, string> = nodes) {
  const readme = readFileSync(resolve(project, "node_modules/@meshpass", name, "README.md"), "utf8");
  const examples = readExamples(readme).map((example) => ({ ...example, file: `${name}-${example.line}` }));
  t.not(examples.length, 0, `the README of ${name} has an example`);
  for (const { code, file } of examples) writeFileSync(resolve(project, `${file}.mts`), code);
  await compile(
    project,
    examples.map(({ file }) => `${file}.mts`),
  );
  for (const { file, output } of examples) {
    for (const [major, node] of runOn) {
      const { exitCode, stdout, stderr } = await runCommand(node, [`${file}.mjs`], project);
      t.strictSame({ exitCode, stderr }, { exitCode: 0, stderr: "" }, `${file} runs on node ${major}`);
      if (output !== undefined && !isPrinted(stdout, output)) t.equal(stdout, output, `${file} prints what it says`);
    }
  }
}

const modules = resolve(root, "node_modules");
const options = ["--strict", "--module", "nodenext", "--target", "es2022", "--types", "node"];

const compile = (project: string, files: readonly string[]) =>
  readOutput(
    process.execPath,
    [resolve(modules, "typescript/bin/tsc"), ...options, "--typeRoots", resolve(modules, "@types"), ...files],
    project,
  );

const shipped = /^package\/(dist\/.*\.(js|d\.ts)|README\.md|LICENSE|package\.json)$/;

for (const name of ["protocol", "client", "verifier", "actions"]) {
  t.test(`the tarball of ${name} holds JavaScript, its types, and nothing that only the workspace knows`, async (t) => {
    const files = (await readOutput("tar", ["-tzf", tarball(name)], folder)).trim().split("\n");
    const missing = ["dist/index.js", "dist/index.d.ts", "README.md", "LICENSE"].filter(
      (file) => !files.includes(`package/${file}`),
    );
    t.strictSame(missing, [], "nothing is missing");
    t.strictSame(
      files.filter((file) => !shipped.test(file)),
      [],
      "nothing is too much",
    );
    const manifest = await readOutput("tar", ["-xOzf", tarball(name), "package/package.json"], folder);
    t.notMatch(manifest, /workspace:|catalog:|\/src\//);
  });
}

t.test("the client runs its README's examples in an empty project, without any web framework", async (t) => {
  const project = await createProject("caller", [tarball("protocol"), tarball("client")]);
  t.notOk(existsSync(resolve(project, "node_modules/fastify")), "fastify is not there");
  await runExamples(t, project, "client");
  await runExamples(t, project, "protocol");
});

t.test("the verifier runs its README's examples in an empty project that has fastify", async (t) => {
  const project = await createProject("receiver", [
    tarball("protocol"),
    tarball("verifier"),
    `fastify@${fastify.version}`,
  ]);
  await runExamples(t, project, "verifier");
});

t.test("the actions run their README's examples in an empty project, on the node that servers run on", async (t) => {
  const project = await createProject("server", [tarball("protocol"), tarball("actions")]);
  await runExamples(t, project, "actions", new Map([[24, process.execPath]]));
});

for (const major of promised) {
  const skip = nodes.has(major) ? false : `there is no node ${major} on the PATH`;
  t.test(`the examples ran on node ${major}`, { skip }, async (t) => t.ok(nodes.has(major)));
}
