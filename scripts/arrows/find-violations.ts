import { isBuiltin } from "node:module";
import { posix } from "node:path";
import type { Level } from "./levels.ts";
import { blankComments, type Import, readImports } from "./read-imports.ts";

/** The part of a package.json that says what may be imported. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A package as it lies on disk; `files` are its sources and tests, by path from the package's own folder. */
export interface Package {
  readonly name: string;
  readonly manifest: Manifest;
  readonly files: ReadonlyMap<string, string>;
}

/** One source file on its way through the rules. */
interface Source {
  readonly owner: Package;
  readonly level: Level;
  readonly path: string;
}

const scope = "@meshpass/";
const libraryOf = (specifier: string) => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");

const mayImport = ({ package: name, mayImport, because }: Level) =>
  `${name} may import ${mayImport.length === 0 ? "nothing of ours" : `${mayImport.join(", ")} only`}, because ${because}`;

/**
 * Every import and dependency of `packages` that `levels` forbids, one line each: where, what, which rule and why.
 *
 * Tests of a package may import any package, since they ship nowhere, but must find what they import in the
 * package.json of their own package or in `root`, the one of the workspace. Does not look into the top-level
 * `scripts/` and `test/`: they may import everything.
 */
export function findViolations(packages: readonly Package[], levels: readonly Level[], root: Manifest): string[] {
  const known = new Map(levels.map((level) => [level.package, level]));
  const names = new Set(packages.map(({ name }) => name));
  const stale = levels.filter((level) => !names.has(level.package));
  return [
    ...stale.map((level) => `scripts/arrows/levels.ts names ${level.package}, and there is no such package: remove it`),
    ...packages.flatMap((owner) => {
      const level = known.get(owner.name);
      return level === undefined
        ? [`packages/${owner.name} has no row in scripts/arrows/levels.ts: say what it may import, and why`]
        : violationsOf(owner, level, root);
    }),
  ];
}

const violationsOf = (owner: Package, level: Level, root: Manifest): string[] => [
  ...dependencyViolations(owner, level),
  ...[...owner.files].flatMap(([path, source]) => {
    const file: Source = { owner, level, path };
    const inTest = path.startsWith("test/");
    const rule = inTest ? testRule(file, root) : sourceRule(file);
    return [
      ...readImports(source).flatMap((found) => report(file, found, rule(found))),
      ...(inTest ? [] : processViolations(file, source)),
    ];
  }),
];

/** What `dependencies` and `peerDependencies` promise to import; devDependencies are for tests. */
const dependencyViolations = ({ name, manifest }: Package, level: Level): string[] =>
  Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    .map((library) => [library, forbidden(library, level)] as const)
    .filter(([, why]) => why !== undefined)
    .map(([library, why]) => `packages/${name}/package.json depends on ${library}: ${why}`);

const report = ({ owner, path }: Source, { specifier, line }: Import, why: string | undefined): string[] =>
  why === undefined
    ? []
    : [`packages/${owner.name}/${path}:${line} imports ${specifier ?? "by a computed name"}: ${why}`];

/** The rule for a package's own sources: what is wrong with an import, or undefined. */
const sourceRule =
  ({ owner, level, path }: Source) =>
  ({ specifier, typeOnly }: Import): string | undefined => {
    if (specifier === undefined) {
      return level.loaders?.includes(path) ? undefined : "write the name as a plain string, so that it can be checked";
    }
    if (specifier.startsWith(".")) return leaves(path, specifier) ?? reachesTests(path, specifier);
    const { dependencies, peerDependencies, devDependencies } = owner.manifest;
    const declared = { ...dependencies, ...peerDependencies, ...(typeOnly ? devDependencies : {}) };
    return forbidden(specifier, level) ?? undeclared(specifier, declared, "dependencies of the package.json beside it");
  };

const isCode = /\.[cm]?[jt]sx?$/;

/** The rule for a package's tests. They may read files that lie elsewhere, the map that ships for one. */
const testRule =
  ({ owner, path }: Source, root: Manifest) =>
  ({ specifier }: Import): string | undefined => {
    if (specifier === undefined) return undefined;
    if (specifier.startsWith(".")) return isCode.test(specifier) ? leaves(path, specifier) : undefined;
    const { dependencies, peerDependencies, devDependencies } = owner.manifest;
    const declared = { ...root.devDependencies, ...devDependencies, ...peerDependencies, ...dependencies };
    return libraryOf(specifier) === scope + owner.name
      ? undefined
      : undeclared(specifier, declared, "package.json beside it, nor in the root's");
  };

function forbidden(specifier: string, level: Level): string | undefined {
  if (specifier.startsWith(scope)) {
    return level.mayImport.includes(libraryOf(specifier).slice(scope.length)) ? undefined : mayImport(level);
  }
  if (isBuiltin(specifier)) {
    return level.outside === "libraries"
      ? `${level.package} may import no builtin of node, because ${level.because}`
      : undefined;
  }
  return level.outside === "builtins"
    ? `${level.package} may import builtins of node only, because ${level.because}`
    : undefined;
}

const undeclared = (specifier: string, declared: Readonly<Record<string, string>>, place: string) =>
  isBuiltin(specifier) || Object.hasOwn(declared, libraryOf(specifier)) ? undefined : `it is not in the ${place}`;

const target = (path: string, specifier: string) => posix.join(posix.dirname(path), specifier);

const leaves = (path: string, specifier: string) =>
  target(path, specifier).startsWith("../")
    ? "a relative path must not leave its package; nothing imports scripts/ or the top-level test/, and another package is imported by its name"
    : undefined;

const reachesTests = (path: string, specifier: string) =>
  target(path, specifier).startsWith("test/") ? "sources import no test code" : undefined;

const readsProcess = /\bprocess\s*(?:\??\.\s*(?:env|argv)\b|\??\.?\s*\[)|=\s*process\s*[;,]|["'](?:node:)?process["']/;

/** Environment and arguments come in through `main.ts`; everything else is told what it needs. */
const processViolations = ({ owner, path }: Source, source: string): string[] =>
  path === "src/main.ts"
    ? []
    : blankComments(source)
        .split("\n")
        .flatMap((line, index) =>
          readsProcess.test(line)
            ? [
                `packages/${owner.name}/${path}:${index + 1} reads process.env or process.argv: only main.ts may, and passes on what is needed`,
              ]
            : [],
        );
