import { quote } from "@meshpass/protocol";
import { nearest } from "./nearest.ts";
import type { Place, ProblemList } from "./problem.ts";

/** Reports `group`, which is not among `groups`. */
export function reportUnknownGroup(group: string, at: Place, groups: Iterable<string>, problems: ProblemList): void {
  problems.report("unknown_group", at, `there is no group ${quote(group)}`, () => {
    const meant = nearest(group, groups);
    return meant === undefined ? `add it under groups: ${group}: [...]` : `write group:${meant}`;
  });
}
