import t from "tap";
import { readImports } from "../../scripts/arrows/read-imports.ts";

const read = (source: string) => readImports(source).map(({ specifier, line }) => [specifier, line]);

t.test("every way to import is found, with its line", async (t) => {
  const forms = [
    'import a from "x";',
    'import * as a from "x";',
    'import { a, type B } from "x";',
    'import {\n  a,\n  b,\n} from "x";',
    'import a, { b } from "x";',
    'import{a}from"x";',
    "import a from 'x';",
    'import "x";',
    'import type { A } from "x";',
    'export * from "x";',
    'export * as a from "x";',
    'export { a } from "x";',
    'export type { A } from "x";',
    'const a = await import("x");',
    "const a = await import(`x`);",
    'const a = await import(\n  "x"\n);',
    'let a: import("x").A;',
    'const a = import.meta.resolve("x");',
  ];
  for (const form of forms) {
    t.strictSame(
      read(form).map(([specifier]) => specifier),
      ["x"],
      form,
    );
    t.equal(read(`// "one"\n/* two */\n${form}`)[0]?.[1], 3, form);
  }
  t.strictSame(read('new Worker(new URL("./worker.ts", import.meta.url));'), [["./worker.ts", 1]]);
});

t.test("imports come in the order of their lines", async (t) => {
  t.strictSame(read('import "a";\nimport b from "b";\nawait import("c");\nexport * from "d";'), [
    ["a", 1],
    ["b", 2],
    ["c", 3],
    ["d", 4],
  ]);
});

t.test("a name that is computed is an import of something unknown", async (t) => {
  for (const source of ["import(name)", 'import("x" + y)', `import(\`\${x}/y\`)`, "createRequire(import.meta.url)"]) {
    t.equal(readImports(source).length, 1, source);
  }
  t.equal(readImports("import(name)")[0]?.specifier, undefined);
  t.equal(readImports(`import(\`\${x}/y\`)`)[0]?.specifier, undefined);
});

t.test("only import type and export type are gone at run time", async (t) => {
  const typeOnly = (source: string) => readImports(source).map((found) => found.typeOnly);
  t.strictSame(typeOnly('import type { A } from "x";\nexport type { B } from "y";'), [true, true]);
  t.strictSame(typeOnly('import { type A } from "x";\nimport b from "y";'), [false, false]);
});

t.test("an import in a comment is none, and a comment mark in a string hides none", async (t) => {
  t.strictSame(read('// import a from "x";\n/* import "y"; */\n/**\n * import("z")\n */'), []);
  t.strictSame(read('const url = "https://x"; await import("y");'), [["y", 1]]);
  t.strictSame(read('const glob = "/*"; await import("y"); /* */'), [["y", 1]]);
  t.strictSame(read('const slashes = /^\\/*$/; await import("y"); /* */'), [["y", 1]]);
  t.strictSame(read('const any = /[/*]/; await import("y"); /* */'), [["y", 1]]);
  t.strictSame(read('const quote = "\\""; // import("z")\nawait import("y");'), [["y", 2]]);
});

t.test("what only looks like an import is none", async (t) => {
  t.strictSame(
    read('Array.from("x"); module.import("x"); reimport("x"); require(name); import.meta.url; new URL("./x", base);'),
    [],
  );
});
