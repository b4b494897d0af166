import { globSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import t from "tap";
import { blankComments } from "../../scripts/arrows/read-imports.ts";
import { pages, root } from "./pages.ts";

const page = ".github/SECURITY.md";
const identifier = /CVE-\d{4}-\d+|GHSA(?:-[a-z0-9]{4}){3}/g;

/** A mistake in the table: the names that it is known by, and the tests that show it absent here. */
interface Row {
  readonly names: readonly string[];
  readonly tests: readonly { readonly title: string; readonly path: string }[];
}

const rows: readonly Row[] = [...(pages.get(page) ?? "").matchAll(/^\| (.+?) +\| .+? +\| (\[.+) \|$/gm)].map(
  ([, names = "", tests = ""]) => ({
    names: names.split(", "),
    tests: [...tests.matchAll(/\[([^\]]+)\]\(([^)\s]+)\)/g)].map(([, title = "", link = ""]) => ({
      title,
      path: resolve(root, dirname(page), link),
    })),
  }),
);

/** The code of a file, without its comments: a title that stands in one is no test. */
const codeOf = (path: string): string => blankComments(readFileSync(path, "utf8"));

t.test("each test that the table of known mistakes quotes stands in the file that it names", async (t) => {
  t.ok(rows.length > 80, `${rows.length} rows`);
  for (const { names, tests } of rows) {
    t.not(tests.length, 0, `${names} has a test`);
    for (const { title, path } of tests) t.ok(codeOf(path).includes(title), `${path} has "${title}"`);
  }
});

t.test("each known mistake stands by its name in the title of a test that shows it absent", async (t) => {
  for (const { names, tests } of rows) {
    for (const name of names)
      t.ok(
        tests.some(({ title }) => title.includes(name)),
        name,
      );
  }
});

t.test("each CVE or advisory that a test names is in the table", async (t) => {
  const listed = new Set(rows.flatMap(({ names }) => names));
  for (const path of globSync(["packages/*/test/**/*.ts", "test/attacks/**/*.ts"], { cwd: root })) {
    const unlisted = [...codeOf(resolve(root, path)).matchAll(identifier)].filter(([name]) => !listed.has(name));
    t.strictSame(
      unlisted.map(([name]) => name),
      [],
      path,
    );
  }
});
