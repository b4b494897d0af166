import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

/** The workspace. */
export const root = resolve(import.meta.dirname, "../..");

/** Every page that a reader may open, by its path from the root. */
export const pages: ReadonlyMap<string, string> = new Map(
  globSync(["README.md", "packages/*/README.md", "packages/*/docs/**/*.md", ".github/**/*.md"], { cwd: root })
    .sort()
    .map((path) => [path, readFileSync(resolve(root, path), "utf8")]),
);
