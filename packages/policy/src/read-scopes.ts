import { quote, scopeTokenGrammar } from "@meshpass/protocol";
import type { ProblemList } from "./problem.ts";
import { readList, readString } from "./read-fields.ts";
import { readNames } from "./read-name.ts";
import type { ScalarNode, YamlNode } from "./yaml-node.ts";

/** The scopes of a list, each once, with the place where it stands. */
export type Scopes = ReadonlyMap<string, ScalarNode>;

// They are copied into every token of the edge, which has 8 kB in all.
const maxGrantedLength = 1_000;
// As many as an API of Auth0 may have. The checks of edges to a group go through all of them for each member.
const maxKnown = 1_000;

/** The scopes that an edge grants. */
export function readGrantedScopes(node: YamlNode, problems: ProblemList): Scopes {
  const scopes = readScopes(node, problems);
  if ([...scopes.keys()].join(" ").length > maxGrantedLength) {
    problems.report(
      "bad_value",
      node,
      "these scopes are too long for a token",
      `keep them to ${maxGrantedLength} characters`,
    );
  }
  return scopes;
}

/** The scopes that a service knows; undefined if there is no list of them. */
export function readKnownScopes(node: YamlNode, problems: ProblemList): readonly string[] | undefined {
  const scopes = readScopes(node, problems);
  if (scopes.size > maxKnown) {
    const message = `these are more than ${maxKnown} scopes`;
    problems.report("bad_value", node, message, "use fewer, or leave scopes out to take any");
  }
  return node.kind === "list" ? [...scopes.keys()] : undefined;
}

const readScopes = (node: YamlNode, problems: ProblemList): Scopes =>
  readNames(readList(node, problems), readScope, problems);

function readScope(node: YamlNode, problems: ProblemList): string | undefined {
  const text = readString(node, "a scope", problems);
  if (text === undefined || scopeTokenGrammar.test(text)) return text;
  problems.report("bad_value", node, `${quote(text)} cannot be a scope`, 'write visible ASCII without space, " and \\');
  return undefined;
}
