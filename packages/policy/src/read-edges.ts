import { type AttributeTable, createAttributeTable } from "./attribute-table.ts";
import { createScopeCheck, type ScopeCheck } from "./check-scopes.ts";
import { createEdgeList, type EdgeList, maxPairs } from "./edge-list.ts";
import type { ProblemList } from "./problem.ts";
import { readAttributes } from "./read-attributes.ts";
import { readFields, readList, readMapping } from "./read-fields.ts";
import type { Groups } from "./read-groups.ts";
import { groupOf, isNew, readReference } from "./read-name.ts";
import { createOnBehalfOfReader, type OnBehalfOfReader } from "./read-on-behalf-of.ts";
import { readGrantedScopes, type Scopes } from "./read-scopes.ts";
import type { Services } from "./read-services.ts";
import { reportUnknownGroup } from "./report-unknown-group.ts";
import { createTextTable, type TextTable } from "./text-table.ts";
import type { ScalarNode, YamlNode } from "./yaml-node.ts";

/** All edges of a map, groups resolved, and the tables that their numbers point into. */
export interface EdgeTables {
  readonly allowed: EdgeList;
  readonly denied: EdgeList;
  readonly names: TextTable;
  /** Scopes, reasons, and how an edge through a group is written. Number 0 is the empty text. */
  readonly texts: TextTable;
  readonly attributes: AttributeTable;
  /** The line of each key of `interactions`, groups among them. */
  readonly callerLines: ReadonlyMap<string, number>;
}

/** A key, and the numbers of the services that it stands for. */
interface Caller {
  readonly reference: string;
  readonly services: readonly number[];
}

/** One item of a caller's list. */
interface Rule {
  readonly target: string;
  readonly node: ScalarNode;
  readonly attributes: number;
}

interface Context {
  readonly tables: EdgeTables;
  /** The services of each group as numbers. */
  readonly members: ReadonlyMap<string, readonly number[]>;
  readonly checkScopes: ScopeCheck;
  readonly onBehalfOf: OnBehalfOfReader;
  readonly problems: ProblemList;
}

/** Reads `interactions` and `deny`, and resolves the groups in them. */
export function readEdges(
  fields: ReadonlyMap<string, YamlNode>,
  { groups, services }: { readonly groups: Groups; readonly services: Services },
  problems: ProblemList,
): EdgeTables {
  const tables = createEdgeTables(linesOfCallers(fields.get("interactions")));
  const members = new Map([...groups].map(([group, names]) => [group, names.map(tables.names.add)]));
  const { names, texts, callerLines } = tables;
  const isKnown = (name: string) => names.has(name) || callerLines.has(name);
  const onBehalfOf = createOnBehalfOfReader({ groups, texts, isKnown });
  const context = { tables, members, checkScopes: createScopeCheck(services, groups, problems), onBehalfOf, problems };
  readRules(fields.get("interactions"), tables.allowed, readEdge, context);
  readRules(fields.get("deny"), tables.denied, readDenied, context);
  onBehalfOf.checkNames(names, problems);
  return tables;
}

function createEdgeTables(callerLines: EdgeTables["callerLines"]): EdgeTables {
  const texts = createTextTable([""]);
  return {
    allowed: createEdgeList(),
    denied: createEdgeList(),
    names: createTextTable(),
    texts,
    attributes: createAttributeTable(texts),
    callerLines,
  };
}

function linesOfCallers(section: YamlNode | undefined): ReadonlyMap<string, number> {
  const entries = section?.kind === "mapping" ? section.entries : [];
  return new Map(entries.map(({ key }) => [key.text, key.line]));
}

function readRules(
  section: YamlNode | undefined,
  edges: EdgeList,
  readRule: (node: YamlNode, context: Context) => Rule | undefined,
  context: Context,
): void {
  const { problems } = context;
  if (section === undefined) return;
  const callers = readMapping(section, "write caller: [target, target], or {} for none", problems);
  for (const { key, value } of callers) {
    const caller = readReference(key, problems);
    const services = caller === undefined ? [] : resolve(caller, key, context);
    const lines = new Map<string, number>();
    for (const item of readList(value, problems)) {
      const rule = readRule(item, context);
      if (rule === undefined || !isNew(rule.target, rule.node, lines.get(rule.target), problems)) continue;
      lines.set(rule.target, rule.node.line);
      if (caller !== undefined) addPairs(edges, { reference: caller, services }, rule, context);
    }
  }
  if (edges.isFull()) {
    const message = `with its groups resolved this comes to more than ${maxPairs} pairs`;
    problems.report("too_large", section, message, "use smaller groups");
  }
}

const edgeForm = {
  required: ["target"],
  optional: ["scopes", "lifetime", "expires", "reason", "proof", "on_behalf_of", "max_chain"],
};
const noScopes: Scopes = new Map();

/** An item of `interactions`: a name, a group, or the long form of either. */
function readEdge(node: YamlNode, context: Context): Rule | undefined {
  if (node.kind !== "mapping") return readDenied(node, context);
  const fields = readFields(node, edgeForm, context.problems);
  const list = fields.get("scopes");
  const scopes = list === undefined ? noScopes : readGrantedScopes(list, context.problems);
  const callers = fields.get("on_behalf_of");
  const onBehalfOf = callers && context.onBehalfOf.read(callers, context.problems);
  const read = { ...readAttributes(fields, context.problems), scopes: [...scopes.keys()] };
  const attributes = context.tables.attributes.add(onBehalfOf === undefined ? read : { ...read, onBehalfOf });
  const target = fields.get("target");
  const rule = target === undefined ? undefined : readDenied(target, context);
  if (rule === undefined) return undefined;
  context.checkScopes(rule.target, scopes);
  return { ...rule, attributes };
}

/** An item of `deny`: a name or a group. */
function readDenied(node: YamlNode, { problems }: Context): Rule | undefined {
  const target = readReference(node, problems);
  return target === undefined || node.kind !== "scalar" ? undefined : { target, node, attributes: 0 };
}

/** The numbers of the services that a reference stands for. */
function resolve(reference: string, node: ScalarNode, { tables, members, problems }: Context): readonly number[] {
  const group = groupOf(reference);
  if (group === undefined) return [tables.names.add(reference)];
  const services = members.get(group);
  if (services !== undefined) return services;
  reportUnknownGroup(group, node, members.keys(), problems);
  return [];
}

function addPairs(
  edges: EdgeList,
  caller: Caller,
  { target: reference, node, attributes }: Rule,
  context: Context,
): void {
  const targets = resolve(reference, node, context);
  if (!edges.reserve(caller.services.length * targets.length)) return;
  const isByName = groupOf(caller.reference) === undefined && groupOf(reference) === undefined;
  const via = isByName ? 0 : context.tables.texts.add(`${caller.reference} => ${reference}`);
  const { line, column } = node;
  for (const service of caller.services) {
    for (const target of targets) edges.add({ caller: service, target, line, column, attributes, via });
  }
}
