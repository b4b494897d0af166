export { type CompiledMap, transferables } from "./compiled-map.ts";
export { type Decision, decide, hasName, lineOfCaller, namesOf, type RefusalReason } from "./decide.ts";
export { findNameProblem, type NameProblem } from "./find-name-problem.ts";
export { type ParsedMap, parseMap } from "./parse-map.ts";
export { maxProblems, type Place, type Problem, type ProblemCode, type Problems } from "./problem.ts";
export { escapeDeceptive } from "./quote.ts";
export type { EdgeAttributes } from "./read-attributes.ts";
export { maxMapBytes } from "./read-text.ts";
export { renderProblems } from "./render-problems.ts";
