import { execFileSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";

// Run by `pnpm pack` in the folder of a package, before it packs: builds dist/ from src/, since node strips no types
// of what is installed under node_modules. What it imports of other packages is compiled with it (it is checked against
// their sources, which need no dist/ of their own then), and only the one that is packed is kept.
const packageFolder = process.cwd();
const packagesFolder = dirname(packageFolder);
const dist = resolve(packageFolder, "dist");
const options = resolve(import.meta.dirname, "../config/build/tsconfig.pack.json");
const compiler = resolve(import.meta.dirname, "../node_modules/typescript/bin/tsc");

// Beside its destination, so that what is there at any time is whole.
const built = mkdtempSync(resolve(packagesFolder, ".pack-"));
try {
  const project = resolve(built, "tsconfig.json");
  writeFileSync(project, JSON.stringify({ extends: options, include: [resolve(packageFolder, "src")] }));
  // Several threads are done no sooner, on half as much CPU time again.
  const args = ["-p", project, "--outDir", built, "--singleThreaded"];
  execFileSync(process.execPath, [compiler, ...args], { stdio: "inherit" });
  rmSync(dist, { recursive: true, force: true });
  renameSync(resolve(built, basename(packageFolder), "src"), dist);
} finally {
  rmSync(built, { recursive: true, force: true });
}
