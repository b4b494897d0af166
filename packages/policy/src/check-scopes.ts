import { quote } from "@meshpass/protocol";
import { nearest } from "./nearest.ts";
import type { ProblemList } from "./problem.ts";
import type { Groups } from "./read-groups.ts";
import { groupOf } from "./read-name.ts";
import type { Scopes } from "./read-scopes.ts";
import type { Services } from "./read-services.ts";

/** Reports each scope of an edge that its target, a name or a group, does not know. */
export type ScopeCheck = (target: string, scopes: Scopes) => void;

/** What a target, a name or a group, knows: undefined if it takes any scope. */
type KnownScopes = (target: string) => ReadonlySet<string> | undefined;

/**
 * Checks the scopes of edges by the ones that services know. A service that does not say which it knows takes any, and an
 * edge to a group must suit each of its members.
 */
export function createScopeCheck(services: Services, groups: Groups, problems: ProblemList): ScopeCheck {
  const membersOf = (target: string): readonly string[] => {
    const group = groupOf(target);
    return group === undefined ? [target] : (groups.get(group) ?? []);
  };
  const known = createKnownScopes(services, membersOf);

  function remedyOf(scope: string, target: string, those: Iterable<string>): string {
    const lacking = membersOf(target).find((member) => known(member)?.has(scope) === false) as string;
    const addition = `add it to the scopes of ${lacking} in line ${services.get(lacking)?.key.line}`;
    const meant = nearest(scope, those);
    return meant === undefined ? addition : `write ${meant}, or ${addition}`;
  }

  return (target, scopes) => {
    const those = known(target);
    if (those === undefined) return;
    for (const [scope, node] of scopes) {
      if (those.has(scope)) continue;
      const knower = groupOf(target) === undefined ? target : `every service of ${target}`;
      const message = `${quote(scope)} is no scope of ${knower}`;
      problems.report("unknown_scope", node, message, () => remedyOf(scope, target, those));
    }
  };
}

/** What a service says that it knows; of a group, what all of those know that say so. Each is found once. */
function createKnownScopes(services: Services, membersOf: (target: string) => readonly string[]): KnownScopes {
  const found = new Map<string, ReadonlySet<string> | undefined>();
  const find: KnownScopes = (target) => {
    if (groupOf(target) === undefined) {
      const scopes = services.get(target)?.settings.scopes;
      return scopes && new Set(scopes);
    }
    const members = membersOf(target).map(known);
    return members.filter((scopes) => scopes !== undefined).reduce(intersect, undefined);
  };
  const known: KnownScopes = (target) => {
    if (!found.has(target)) found.set(target, find(target));
    return found.get(target);
  };
  return known;
}

const intersect = (a: ReadonlySet<string> | undefined, b: ReadonlySet<string>): ReadonlySet<string> =>
  a === undefined ? b : new Set([...a].filter((scope) => b.has(scope)));
