import { globSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import t from "tap";
import { blankComments } from "../../scripts/arrows/read-imports.ts";
import { pages, root } from "./pages.ts";

const page = ".github/SECURITY.md";
const list = (pages.get(page) ?? "").split("\n## Known mistakes\n")[1] ?? "";
const identifier = /CVE-\d{4}-\d+|GHSA(?:-[a-z0-9]{4}){3}/g;

/** A mistake in the list: the names that it is known by, and the tests that show it absent here. */
interface Mistake {
  readonly names: readonly string[];
  readonly tests: readonly { readonly title: string; readonly path: string }[];
}

const mistakes: readonly Mistake[] = [
  ...list.matchAll(/^- \*\*(?<names>.+?)\*\*: .+\n(?<tests>(?: {2}\[.+\n)*)/gm),
].map(({ groups: { names = "", tests = "" } = {} }) => ({
  names: names.split(", "),
  tests: [...tests.matchAll(/\[([^\]]+)\]\(([^)\s]+)\)/g)].map(([, title = "", link = ""]) => ({
    title,
    path: resolve(root, dirname(page), link),
  })),
}));

/** The code of a file, without its comments: a title that stands in one is no test. */
const codeOf = (path: string): string => blankComments(readFileSync(path, "utf8"));

t.test("each test that the list of known mistakes quotes stands in the file that it names", async (t) => {
  t.not(mistakes.length, 0);
  t.equal(mistakes.length, list.match(/^- /gm)?.length, "each item is a name, a sentence and tests");
  for (const { names, tests } of mistakes) {
    t.not(tests.length, 0, `${names} has a test`);
    for (const { title, path } of tests) t.ok(codeOf(path).includes(title), `${path} has "${title}"`);
  }
});

t.test("each known mistake stands by its name in the title of a test that shows it absent", async (t) => {
  for (const { names, tests } of mistakes) {
    const unnamed = names.filter((name) => !tests.some(({ title }) => title.includes(name)));
    t.strictSame(unnamed, [], `${names}`);
  }
});

t.test("each CVE or advisory that a test names is in the list", async (t) => {
  const listed = new Set(mistakes.flatMap(({ names }) => names));
  for (const path of globSync(["packages/*/test/**/*.ts", "test/attacks/**/*.ts"], { cwd: root })) {
    const named = codeOf(resolve(root, path)).match(identifier) ?? [];
    t.strictSame(
      named.filter((name) => !listed.has(name)),
      [],
      path,
    );
  }
});
