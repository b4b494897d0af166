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

/** The examples in the README of the package `name`, as installed in `project`, each written to a file there. */
function writeExamples(project: string, name: string) {
  const readme = readFileSync(resolve(project, "node_modules/@meshpass", name, "README.md"), "utf8");
  const examples = readExamples(readme).map((example) => ({ ...example, file: `${name}-${example.line}` }));
  for (const { code, file } of examples) writeFileSync(resolve(project, `${file}.mts`), code);
  return { name, project, examples };
}

type Written = ReturnType<typeof writeExamples>;

/** Runs them, compiled, on every node there is, or on those in `runOn`. */
async function runExamples(t: Test, { name, project, examples }: Written, runOn: ReadonlyMap<number, string> = nodes) {
  t.not(examples.length, 0, `the README of ${name} has an example`);
  for (const { file, output } of examples) {
    for (const [major, node] of runOn) {
      const { exitCode, stdout, stderr } = await runCommand(node, [`${file}.mjs`], project);
      t.strictSame({ exitCode, stderr }, { exitCode: 0, stderr: "" }, `${file} runs on node ${major}`);
      if (output !== undefined && !isPrinted(stdout, output)) t.equal(stdout, output, `${file} prints what it says`);
    }
  }
}

const modules = resolve(root, "node_modules");
const options = ["--strict", "--module", "nodenext", "--target", "es2022", "--types", "node", "--singleThreaded"];

/**
 * Compiles examples like a strict TypeScript project would, the packages' own types included: all at once, since to read
 * what is not theirs takes longest.
 */
const compile = (written: readonly Written[]) =>
  readOutput(
    process.execPath,
    [
      ...[resolve(modules, "typescript/bin/tsc"), ...options, "--typeRoots", resolve(modules, "@types")],
      ...written.flatMap(({ project, examples }) => examples.map(({ file }) => resolve(project, `${file}.mts`))),
    ],
    folder,
  );

const caller = await createProject("caller", [tarball("protocol"), tarball("client")]);
const receiver = await createProject("receiver", [
  tarball("protocol"),
  tarball("verifier"),
  `fastify@${fastify.version}`,
]);
const server = await createProject("server", [tarball("protocol"), tarball("actions")]);
const written = {
  client: writeExamples(caller, "client"),
  protocol: writeExamples(caller, "protocol"),
  verifier: writeExamples(receiver, "verifier"),
  actions: writeExamples(server, "actions"),
};
await compile(Object.values(written));

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
  t.notOk(existsSync(resolve(caller, "node_modules/fastify")), "fastify is not there");
  await runExamples(t, written.client);
  await runExamples(t, written.protocol);
});

t.test("the verifier runs its README's examples in an empty project that has fastify", async (t) => {
  await runExamples(t, written.verifier);
});

t.test("the actions run their README's examples in an empty project, on the node that servers run on", async (t) => {
  await runExamples(t, written.actions, new Map([[24, process.execPath]]));
});

for (const major of promised) {
  const skip = nodes.has(major) ? false : `there is no node ${major} on the PATH`;
  t.test(`the examples ran on node ${major}`, { skip }, async (t) => t.ok(nodes.has(major)));
}
