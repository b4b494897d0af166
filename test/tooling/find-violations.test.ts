import t from "tap";
import { findViolations, type Manifest } from "../../scripts/arrows/find-violations.ts";
import { type Level, levels } from "../../scripts/arrows/levels.ts";

const table: Level[] = [
  { level: 0, package: "wire", mayImport: [], outside: "libraries", because: "it is pure" },
  { level: 0, package: "core", mayImport: [], outside: "builtins", because: "it is replaceable" },
  { level: 1, package: "lib", mayImport: ["wire"], outside: "anything", because: "it is small" },
];

const root: Manifest = { devDependencies: { tap: "1", "@meshpass/core": "workspace:*" } };

/** The violations of a workspace that is clean but for `files` of the package `name`. */
function check(name: string, files: Record<string, string>, manifest: Manifest = {}) {
  const packages = ["wire", "core", "lib"].map((each) =>
    each === name
      ? { name, manifest, files: new Map(Object.entries(files)) }
      : { name: each, manifest: {}, files: new Map<string, string>() },
  );
  return findViolations(packages, table, root);
}

const wire: Manifest = { dependencies: { "@meshpass/wire": "workspace:*" } };

t.test("an import that the table allows and the package declares passes", async (t) => {
  t.strictSame(check("lib", { "src/x.ts": 'import "@meshpass/wire";\nimport "node:fs";\nimport "./y.ts";' }, wire), []);
  t.strictSame(check("lib", { "src/x.ts": 'import "undici/deep/file";' }, { dependencies: { undici: "7" } }), []);
  t.strictSame(check("core", { "src/x.ts": 'import { createServer } from "node:http";' }), []);
});

t.test("an import of a package that the table does not allow is named with place and reason", async (t) => {
  const why = "lib may import wire only, because it is small";
  const both = { dependencies: { "@meshpass/core": "workspace:*" } };
  t.strictSame(check("lib", { "src/x.ts": '\n\nimport { a } from "@meshpass/core";' }, both), [
    `packages/lib/package.json depends on @meshpass/core: ${why}`,
    `packages/lib/src/x.ts:3 imports @meshpass/core: ${why}`,
  ]);
});

t.test("a type-only, a dynamic and a deep import count like any other", async (t) => {
  for (const source of [
    'import type { A } from "@meshpass/core";',
    'await import("@meshpass/core");',
    'import "@meshpass/core/deep";',
  ]) {
    t.match(
      check("lib", { "src/x.ts": source }),
      [/src\/x\.ts:1 imports @meshpass\/core.*: lib may import wire only/],
      source,
    );
  }
});

t.test("a forbidden package under peerDependencies is found without any import", async (t) => {
  t.match(check("wire", {}, { peerDependencies: { "@meshpass/lib": "1" } }), [
    "packages/wire/package.json depends on @meshpass/lib: wire may import nothing of ours, because it is pure",
  ]);
});

t.test("an import that package.json does not list is found", async (t) => {
  t.match(check("lib", { "src/x.ts": 'import "undici";' }), [
    /src\/x\.ts:1 imports undici: it is not in the dependencies/,
  ]);
  t.match(check("lib", { "src/x.ts": 'import "@meshpass/wire";' }), [/imports @meshpass\/wire: it is not in the dep/]);
  t.match(check("lib", { "src/x.ts": 'import "constructor";' }), [
    /imports constructor: it is not in the dependencies/,
  ]);
});

t.test("devDependencies are enough for a type, not for what runs", async (t) => {
  const dev = { devDependencies: { fastify: "5" } };
  t.strictSame(check("lib", { "src/x.ts": 'import type { A } from "fastify";' }, dev), []);
  t.match(check("lib", { "src/x.ts": 'import { type A } from "fastify";' }, dev), [
    /imports fastify: it is not in the/,
  ]);
});

t.test("a pure package imports no builtin of node, with or without the prefix", async (t) => {
  for (const name of ["node:crypto", "crypto", "fs/promises"]) {
    t.match(
      check("wire", { "src/x.ts": `import "${name}";` }),
      [/wire may import no builtin of node, because it is pure/],
      name,
    );
  }
});

t.test("a package of builtins only imports no library, and depends on none", async (t) => {
  t.match(check("core", { "src/x.ts": 'import "fastify";' }, { dependencies: { fastify: "5" } }), [
    /package\.json depends on fastify: core may import builtins of node only/,
    /src\/x\.ts:1 imports fastify: core may import builtins of node only/,
  ]);
});

t.test("a relative path does not leave its package, from sources, workers or tests", async (t) => {
  for (const [path, source] of [
    ["src/x.ts", 'import "../../wire/src/index.ts";'],
    ["src/deep/x.ts", 'export * from "../../../../scripts/start.ts";'],
    ["src/x.ts", 'new URL("../../wire/src/worker.ts", import.meta.url);'],
    ["test/x.test.ts", 'import "../../../test/fakes/fake.ts";'],
  ] as const) {
    t.match(check("lib", { [path]: source }), [/a relative path must not leave its package/], source);
  }
  t.strictSame(check("lib", { "src/deep/x.ts": 'import "../y.ts";', "test/x.test.ts": 'import "../src/y.ts";' }), []);
});

t.test("a test reads data from anywhere in the workspace, sources do not", async (t) => {
  const source = 'new URL("../../../config/interactions.yaml", import.meta.url);';
  t.strictSame(check("lib", { "test/x.test.ts": source }), []);
  t.match(check("lib", { "src/x.ts": source }), [/a relative path must not leave its package/]);
});

t.test("sources import no test code", async (t) => {
  t.match(check("lib", { "src/x.ts": 'import "../test/fake.ts";' }), [
    /src\/x\.ts:1 imports \.\.\/test\/fake\.ts: sources import no/,
  ]);
});

t.test("a source that the table calls a loader imports by a computed name, and no other does", async (t) => {
  const loading = { ...table[2], loaders: ["src/x.ts"] } as Level;
  const files = new Map(["src/x.ts", "src/y.ts"].map((path) => [path, "await import(name);"]));
  const owner = { name: "lib", manifest: {}, files };
  t.match(findViolations([owner], [loading], root), /^packages\/lib\/src\/y\.ts:1 imports by a computed name[^\n]*$/);
  t.equal(findViolations([owner], [loading], root).length, 1);
});

t.test("sources import nothing by a computed name, tests may", async (t) => {
  t.match(check("lib", { "src/x.ts": "await import(name);" }), [
    /imports by a computed name: write the name as a plain/,
  ]);
  t.strictSame(check("lib", { "test/x.test.ts": "await import(name);" }), []);
});

t.test("a test imports any package, itself by its name, and what the root lists; nothing unlisted", async (t) => {
  const source = 'import t from "tap";\nimport "@meshpass/core";\nimport "@meshpass/lib";\nimport "node:fs";';
  t.strictSame(check("lib", { "test/x.test.ts": source }), []);
  t.match(check("lib", { "test/x.test.ts": 'import "sinon";' }), [
    /imports sinon: it is not in the package\.json beside it, nor/,
  ]);
});

t.test("only main.ts reads environment and arguments", async (t) => {
  for (const source of [
    "process.env.PORT",
    "process?.env",
    "process.argv.slice(2)",
    'process["env"]',
    "const { env } = process;",
    'import { argv } from "node:process";',
  ]) {
    t.match(
      check("lib", { "src/x.ts": source }),
      [/src\/x\.ts:1 reads process\.env or process\.argv: only main\.ts may/],
      source,
    );
    t.strictSame(check("lib", { "src/main.ts": source }), [], `${source} in main.ts`);
    t.strictSame(check("lib", { "test/x.test.ts": source }), [], `${source} in a test`);
  }
  t.strictSame(check("lib", { "src/x.ts": "process.exitCode = 1; // not process.env" }), []);
});

t.test("a package without a row and a row without a package are both named", async (t) => {
  const packages = [{ name: "new", manifest: {}, files: new Map<string, string>() }];
  t.strictSame(findViolations(packages, table.slice(0, 1), root), [
    "scripts/arrows/levels.ts names wire, and there is no such package: remove it",
    "packages/new has no row in scripts/arrows/levels.ts: say what it may import, and why",
  ]);
});

t.test("the table lets a package import from lower levels only, so that no circle can close", async (t) => {
  const levelOf = new Map(levels.map(({ package: name, level }) => [name, level]));
  for (const { package: name, level, mayImport } of levels) {
    for (const imported of mayImport) t.ok((levelOf.get(imported) ?? level) < level, `${name} imports ${imported}`);
  }
});
