import { globSync, readFileSync } from "node:fs";
import { findViolations, type Manifest, type Package } from "./arrows/find-violations.ts";
import { levels } from "./arrows/levels.ts";

// Prints every import that the table of levels forbids, one line each; exit code 1 if there is any.
const root = `${import.meta.dirname}/..`;
const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));

const packages = globSync("packages/*/package.json", { cwd: root })
  .sort()
  .map((path): Package => {
    const name = path.split("/")[1] ?? "";
    const folder = `${root}/packages/${name}`;
    const files = globSync("**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}", {
      cwd: folder,
      exclude: (entry) => entry === "node_modules" || entry === "dist",
    });
    return {
      name,
      manifest: readManifest(folder),
      files: new Map(files.sort().map((file) => [file, readFileSync(`${folder}/${file}`, "utf8")])),
    };
  });

const violations = findViolations(packages, levels, readManifest(root));
for (const violation of violations) console.error(violation);
if (violations.length > 0) process.exitCode = 1;
else console.log(`${packages.length} packages import only what scripts/arrows/levels.ts allows`);
