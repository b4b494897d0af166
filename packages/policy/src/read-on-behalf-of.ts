import { quote } from "@meshpass/protocol";
import { nearest } from "./nearest.ts";
import type { ProblemList } from "./problem.ts";
import { readList } from "./read-fields.ts";
import type { Groups } from "./read-groups.ts";
import { groupOf, readNames, readReference } from "./read-name.ts";
import { reportUnknownGroup } from "./report-unknown-group.ts";
import type { TextTable } from "./text-table.ts";
import type { ScalarNode, YamlNode } from "./yaml-node.ts";

/** The most names that all lists of a map may come to, groups resolved and lists that are alike counted once. */
const maxListed = 1_000_000;

/** What lists of first callers are read with. */
export interface OnBehalfOfTables {
  readonly groups: Groups;
  /** Where the lists go as texts. */
  readonly texts: TextTable;
  /** Whether a name is known by now to stand elsewhere in the map. */
  readonly isKnown: (name: string) => boolean;
}

/** Reads the first callers of edges. */
export interface OnBehalfOfReader {
  /**
   * The number of the text that lists what `node` names: groups resolved, ascending, separated by spaces. Undefined if there
   * is nobody, which is reported.
   */
  read(node: YamlNode, problems: ProblemList): number | undefined;
  /** Reports each name that is not among `names`. To be called when all edges were read: a name may come further down. */
  checkNames(names: TextTable, problems: ProblemList): void;
}

/** Resolves lists that are written alike once: a million edges may name one large group. */
export function createOnBehalfOfReader({ groups, texts, isKnown }: OnBehalfOfTables): OnBehalfOfReader {
  const resolved = new Map<string, number>();
  const unknown: ScalarNode[] = [];
  let listed = 0;

  function note(reference: string, node: ScalarNode, problems: ProblemList): void {
    const group = groupOf(reference);
    if (group === undefined) {
      if (!isKnown(reference)) unknown.push(node);
    } else if (!groups.has(group)) reportUnknownGroup(group, node, groups.keys(), problems);
  }

  function resolve(references: Iterable<string>, node: YamlNode, problems: ProblemList): number {
    // It is reported; what each further list costs would only be lost.
    if (listed > maxListed) return 0;
    const names = [...references].flatMap((reference) => {
      const group = groupOf(reference);
      return group === undefined ? [reference] : (groups.get(group) ?? []);
    });
    listed += names.length;
    if (listed <= maxListed) return texts.add([...new Set(names)].sort().join(" "));
    reportTooMany(node, problems);
    return 0;
  }

  return {
    read(node, problems) {
      const references = readNames(readList(node, problems), readReference, problems);
      if (node.kind === "list" && node.items.length === 0) reportEmpty(node, problems);
      if (references.size === 0) return undefined;
      for (const [reference, item] of references) note(reference, item, problems);
      const key = [...references.keys()].join(" ");
      const number = resolved.get(key) ?? resolve(references.keys(), node, problems);
      resolved.set(key, number);
      return number;
    },
    checkNames(names, problems) {
      for (const node of unknown) if (!names.has(node.text)) reportUnknownName(node, names, problems);
    },
  };
}

function reportEmpty(node: YamlNode, problems: ProblemList): void {
  const remedy = "list the first callers, or delete on_behalf_of to let anybody be the first";
  problems.report("bad_value", node, "nobody could use this edge", remedy);
}

function reportTooMany(node: YamlNode, problems: ProblemList): void {
  const message = `with its groups resolved on_behalf_of comes to more than ${maxListed} names in this map`;
  problems.report("too_large", node, message, "use smaller groups, or fewer different lists");
}

function reportUnknownName(node: ScalarNode, names: TextTable, problems: ProblemList): void {
  problems.report("unknown_name", node, `${quote(node.text)} stands nowhere else in the map`, () => {
    const meant = nearest(node.text, names.texts());
    const addition = `name ${node.text} in interactions`;
    return meant === undefined ? `${addition}, or delete it here` : `write ${meant}, or ${addition}`;
  });
}
