import { compile } from "./compile.ts";
import type { CompiledMap } from "./compiled-map.ts";
import { createProblemList, type ProblemList, type Problems } from "./problem.ts";
import { readEdges } from "./read-edges.ts";
import { describe, readFields } from "./read-fields.ts";
import { readGroups } from "./read-groups.ts";
import { checkServiceNames, readServices } from "./read-services.ts";
import { readTests } from "./read-tests.ts";
import { readText } from "./read-text.ts";
import { readYaml } from "./read-yaml.ts";
import { runTests } from "./run-tests.ts";
import type { YamlNode } from "./yaml-node.ts";

/** A map that may be used, or everything that is wrong with it. */
export type ParsedMap = { readonly ok: true; readonly map: CompiledMap } | ({ readonly ok: false } & Problems);

/**
 * Reads, checks, compiles and tests a map. `source` is the text of the file, or its bytes.
 *
 * Never throws for what is in `source`, and never gives half a map: there is a map, or there are problems, in the
 * order of their places. The map's own tests are run if nothing else is wrong. Names are not compared with the
 * services that exist anywhere: a caller or a target needs no declaration. `issuer` is the URL of the issuer of the tokens,
 * which no service may have as its audience; where it is not known that is not looked at.
 */
export function parseMap(source: string | Uint8Array, { issuer }: { readonly issuer?: string } = {}): ParsedMap {
  const problems = createProblemList();
  const text = readText(source, problems);
  const root = text === undefined ? undefined : readYaml(text, problems);
  const map = root === undefined ? undefined : compileRoot(root, problems, issuer);
  return map !== undefined && problems.isEmpty() ? { ok: true, map } : { ok: false, ...problems.close() };
}

function compileRoot(root: YamlNode, problems: ProblemList, issuer: string | undefined): CompiledMap | undefined {
  const form = { required: ["version", "interactions"], optional: ["deny", "groups", "services", "tests"] };
  const fields = readFields(root, form, problems);
  checkVersion(fields.get("version"), problems);
  const groups = readGroups(fields.get("groups"), problems);
  const services = readServices(fields.get("services"), problems, issuer);
  const tables = readEdges(fields, { groups, services }, problems);
  // Without the interactions every name of a service and of a test would be said to stand nowhere.
  const names = fields.get("interactions")?.kind === "mapping" ? tables.names : undefined;
  if (names !== undefined) checkServiceNames(services, names, problems);
  const expectations = readTests(fields.get("tests"), names, problems);
  if (tables.allowed.isFull() || tables.denied.isFull()) return undefined;
  const map = compile(tables, services, problems);
  if (problems.isEmpty()) runTests(map, expectations, problems);
  return map;
}

function checkVersion(node: YamlNode | undefined, problems: ProblemList): void {
  if (node === undefined || (node.kind === "scalar" && node.text === "1")) return;
  problems.report("bad_value", node, `${describe(node)} is not a version that is known here`, "write version: 1");
}
