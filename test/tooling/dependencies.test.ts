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
function readInstalled(): Map<string, string[]> {
  const [, snapshots = ""] = readFileSync(resolve(root, "pnpm-lock.yaml"), "utf8").split("\nsnapshots:\n");
  const installed = new Map<string, string[]>();
  for (const entry of snapshots.split(/\n(?= {2}\S)/)) {
    const [, library] = /^ {2}'?(@?[^@'\s]+@[^:('\s]+)/.exec(entry) ?? [];
    if (library === undefined) continue;
    installed.set(
      library,
      [...entry.matchAll(/^ {6}'?([^:'\s]+)'?: /gm)].map(([, name = ""]) => name),
    );
  }
  return installed;
}

const installed = readInstalled();

/** The first version of each major one in which the mistakes that we know of were put right. */
const corrected: Readonly<Record<string, readonly string[]>> = {
  "fast-jwt": ["6.3.1"],
  jose: ["4.15.5", "6.0.0"],
  jsonwebtoken: ["9.0.0"],
  jws: ["4.0.1"],
  yaml: ["2.8.3"],
};

function isCorrected(version: string, since: string): boolean {
  const [major, minor, patch] = version.split(".").map(Number) as [number, number, number];
  const [sameMajor, minMinor, minPatch] = since.split(".").map(Number) as [number, number, number];
  return major === sameMajor && (minor > minMinor || (minor === minMinor && patch >= minPatch));
}

t.test("no library is installed in a version with a mistake that was put right since", async (t) => {
  t.ok(installed.size > 300, `${installed.size} libraries`);
  for (const [name, versions] of Object.entries(corrected)) {
    const used = [...installed.keys()].filter((library) => library.startsWith(`${name}@`));
    t.not(used.length, 0, `${name} is still of interest`);
    for (const library of used) {
      const version = library.slice(name.length + 1);
      t.ok(
        versions.some((since) => isCorrected(version, since)),
        library,
      );
    }
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
