import { nearest } from "./nearest.ts";
import type { ProblemList } from "./problem.ts";
import { quote } from "./quote.ts";
import type { Groups } from "./read-groups.ts";
import { groupOf } from "./read-name.ts";
import type { Scopes } from "./read-scopes.ts";
import type { Services } from "./read-services.ts";

/** Reports each scope of an edge that its target, a name or a group, does not know. */
export type ScopeCheck = (target: string, scopes: Scopes) => void;

/**
 * Checks the scopes of edges by the ones that services know. A service that does not say which it knows takes any, and an
 * edge to a group must suit each of its members.
 */
export function createScopeCheck(services: Services, groups: Groups, problems: ProblemList): ScopeCheck {
  const known = createKnownScopes(services, groups);
  return (target, scopes) => {
    const those = known(target);
    if (those === undefined) return;
    for (const [scope, node] of scopes) {
      if (those.has(scope)) continue;
      const group = groupOf(target);
      const knower = group === undefined ? target : `every service of ${target}`;
      problems.report("unknown_scope", node, `${quote(scope)} is no scope of ${knower}`, () => {
        const members = group === undefined ? [target] : (groups.get(group) ?? []);
        const lacking = members.find((member) => known(member)?.has(scope) === false) as string;
        const addition = `add it to the scopes of ${lacking} in line ${services.get(lacking)?.key.line}`;
        const meant = nearest(scope, those);
        return meant === undefined ? addition : `write ${meant}, or ${addition}`;
      });
    }
  };
}

/** Finds the scopes that a target knows, which for a group are those of all its members; undefined for any scope. */
function createKnownScopes(services: Services, groups: Groups): (target: string) => ReadonlySet<string> | undefined {
  const found = new Map<string, ReadonlySet<string> | undefined>();
  const find = (target: string): ReadonlySet<string> | undefined => {
    const group = groupOf(target);
    if (group === undefined) {
      const scopes = services.get(target)?.settings.scopes;
      return scopes && new Set(scopes);
    }
    const members = (groups.get(group) ?? []).map(known).filter((scopes) => scopes !== undefined);
    return members.length === 0 ? undefined : members.reduce(intersect);
  };
  const known = (target: string): ReadonlySet<string> | undefined => {
    if (!found.has(target)) found.set(target, find(target));
    return found.get(target);
  };
  return known;
}

const intersect = (a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...a].filter((scope) => b.has(scope)));
