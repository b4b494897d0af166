import { cpSync, globSync, symlinkSync } from "node:fs";
import { basename, resolve } from "node:path";
import { findPnpm } from "../tooling/find-pnpm.ts";
import { readOutput } from "../tooling/run-command.ts";

const root = resolve(import.meta.dirname, "../..");
const needed = [
  "package.json",
  "pnpm-workspace.yaml",
  "LICENSE",
  "config/build",
  "scripts/pack-package.ts",
  "packages",
];

/**
 * Packs the packages `names` as `pnpm -r pack` does, and gives the tarball of each. It packs a copy of the workspace,
 * made in `folder`, so that two runs of the tests never build into the same dist/.
 */
export async function packWorkspace(names: readonly string[], folder: string): Promise<Map<string, string>> {
  for (const path of needed) {
    cpSync(resolve(root, path), resolve(folder, path), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !/\/packages\/[^/]+\/(dist|test)$/.test(source),
    });
  }
  symlinkSync(resolve(root, "node_modules"), resolve(folder, "node_modules"));

  const [pnpm, ...first] = await findPnpm();
  const filters = names.flatMap((name) => ["--filter", `@meshpass/${name}`]);
  await readOutput(pnpm, [...first, ...filters, "pack", "--pack-destination", folder], folder);
  return new Map(
    globSync("meshpass-*.tgz", { cwd: folder }).map((file) => [
      basename(file).replace(/^meshpass-(.*)-\d+\.\d+\.\d+\.tgz$/, "$1"),
      resolve(folder, file),
    ]),
  );
}
