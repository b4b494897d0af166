import { findNameProblem } from "@meshpass/protocol";

/** What is wrong with a name that was given for a service, in one line; undefined for a name. */
export function describeBadName(name: string): string | undefined {
  const problem = findNameProblem(name);
  return problem === undefined ? undefined : `${problem.message}; ${problem.remedy}`;
}
