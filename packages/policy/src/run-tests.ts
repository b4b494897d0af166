import type { CompiledMap } from "./compiled-map.ts";
import { type Decision, decide } from "./decide.ts";
import type { ProblemList } from "./problem.ts";
import type { Expectation } from "./read-tests.ts";

/**
 * Tests a map by what it expects of itself, and reports what is not so.
 *
 * Every edge counts as in force, whatever its `expires`: a map that loads today loads tomorrow.
 */
export function runTests(map: CompiledMap, expectations: readonly Expectation[], problems: ProblemList): void {
  for (const { caller, target, allowed } of expectations) {
    const decision = decide(map, caller, target.text, Number.NEGATIVE_INFINITY);
    if (decision.allowed === allowed) continue;
    const pair = `${caller} => ${target.text}`;
    const message = `the test expects ${pair} to be ${allowed ? "allowed" : "denied"}, but ${explain(decision)}`;
    problems.report("test_failed", target, message, `${remedyOf(decision, pair)}, or correct the test`);
  }
}

const isDisabled = (decision: Decision): boolean => !decision.allowed && decision.reason === "disabled";

function explain(decision: Decision): string {
  const { allowed, line, via } = decision;
  if (line === undefined) return "no edge allows it";
  if (isDisabled(decision)) return `enabled: false in line ${line} refuses it`;
  const origin = via === undefined ? `line ${line}` : `line ${line} (${via})`;
  return allowed ? `${origin} allows it` : `${origin} denies it`;
}

function remedyOf(decision: Decision, pair: string): string {
  const { allowed, line } = decision;
  if (line === undefined) return `add the edge ${pair}`;
  if (isDisabled(decision)) return `write enabled: true in line ${line}`;
  return allowed ? `take the edge out of line ${line}` : `take the pair out of deny in line ${line}`;
}
