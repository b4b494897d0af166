import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import t from "tap";

const root = resolve(import.meta.dirname, "../..");
const readFiles = (patterns: readonly string[]): [path: string, text: string][] =>
  globSync(patterns, { cwd: root, exclude: (path) => path === "node_modules" })
    .sort()
    .map((path) => [path, readFileSync(resolve(root, path), "utf8")]);

const pathsWith = (files: readonly [path: string, text: string][], wanted: RegExp): string[] =>
  files.filter(([, text]) => wanted.test(text)).map(([path]) => path);

/** Every library that is installed, as `name@version`, with the names of those that it brings along. */
const installed = new Map(
  [
    ...(readFileSync(resolve(root, "pnpm-lock.yaml"), "utf8").split("\nsnapshots:\n")[1] ?? "").matchAll(
      /^ {2}'?(@?[^@\n]+@[^:('\n]+)[^\n]*:.*\n(?:(?: {4}.*)?\n)*?(?=^ {2}\S|$(?![\s\S]))/gm,
    ),
  ].map(([text, library = ""]) => [
    library,
    [...text.matchAll(/^ {6}'?([^:'\n]+)'?: \S/gm)].map(([, name = ""]) => name),
  ]),
);

/** In which version each mistake was put right, by library and major version. */
const corrected: readonly (readonly [library: string, version: string, mistakes: string])[] = [
  ["fast-jwt", "6.3.1", "CVE-2023-48223, CVE-2026-34950, CVE-2026-44351, GHSA-ww5h-9m49-7xx4, GHSA-8wpc-h4q6-8fxv"],
  ["jose", "4.15.5", "CVE-2024-28176"],
  ["jose", "6.0.0", "CVE-2024-28176"],
  ["jsonwebtoken", "9.0.0", "CVE-2022-23540, CVE-2022-23541"],
  ["jws", "4.0.1", "GHSA-869p-cjfg-cm3x"],
  ["yaml", "2.8.3", "CVE-2026-33532, CVE-2023-2251"],
];

const numbers = (version: string): number[] => version.split(".").map((part) => Number.parseInt(part, 10));

function isOlder(version: string, than: string): boolean {
  const [a, b] = [numbers(version), numbers(than)];
  const at = b.findIndex((part, index) => part !== a[index]);
  return at !== -1 && (a[at] ?? 0) < (b[at] ?? 0);
}

t.test("no library is installed in a version with a mistake that was put right since", async (t) => {
  t.ok(installed.size > 300, `${installed.size} libraries`);
  for (const [name, version, mistakes] of corrected) {
    const majors = [...installed.keys()].filter((library) => library.startsWith(`${name}@${numbers(version)[0]}.`));
    t.not(majors.length, 0, `${name} ${version} is still of interest`);
    for (const library of majors) t.notOk(isOlder(library.slice(name.length + 1), version), `${library}: ${mistakes}`);
  }
});

t.test("what checks tokens by jws comes with the SDK of the core alone (GHSA-869p-cjfg-cm3x)", async (t) => {
  const broughtBy = (name: string) =>
    [...installed].filter(([, brings]) => brings.includes(name)).map(([library]) => library.replace(/@[\d.]+$/, ""));
  t.strictSame(broughtBy("jws"), ["jsonwebtoken"]);
  t.strictSame(broughtBy("jsonwebtoken"), ["twilio"]);
  t.strictSame(broughtBy("twilio"), ["supertokens-node"]);
});

t.test("undici's deduplicate, which holds answers without a limit, is not used (CVE-2026-2581)", async (t) => {
  const sources = readFiles(["packages/*/src/**/*.ts"]);
  t.ok(sources.length > 100, `${sources.length} sources`);
  t.strictSame(pathsWith(sources, /\bdeduplicate\b/), []);
});

t.test("no token, private key or key of a core is written down (m2m-auth: secrets in the source)", async (t) => {
  const files = readFiles([
    "*.{md,json,yaml}",
    "{.ci,.github,config,scripts}/**/*.*",
    "packages/*/*.{md,json}",
    "packages/*/{src,docs}/**/*.*",
  ]);
  t.ok(files.length > 200, `${files.length} files`);
  const secrets = { token: /\beyJ[\w-]{8,}/, "private key": /PRIVATE KEY-----/, "key of a core": /\b[0-9a-f]{64}\b/ };
  for (const [what, secret] of Object.entries(secrets)) t.strictSame(pathsWith(files, secret), [], what);
  const folders = "{.ci,.github,config,scripts,packages,test}";
  const left = globSync([".env*", `${folders}/**/.env*`, "*.{pem,key,jwt}", `${folders}/**/*.{pem,key,jwt}`], {
    cwd: root,
    exclude: (path) => path === "node_modules",
  });
  t.strictSame(left, [], "a file of secrets");
});
