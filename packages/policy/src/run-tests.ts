import type { CompiledMap } from "./compiled-map.ts";
import { type ChainDecision, decideChain } from "./decide-chain.ts";
import type { ProblemList } from "./problem.ts";
import type { Expectation } from "./read-tests.ts";

/**
 * Tests a map by what it expects of itself, and reports what is not so.
 *
 * Every edge counts as in force, whatever its `expires`: a map that loads today loads tomorrow.
 */
export function runTests(map: CompiledMap, expectations: readonly Expectation[], problems: ProblemList): void {
  for (const { chain, target, allowed } of expectations) {
    const decision = decideChain(map, chain, target.text, Number.NEGATIVE_INFINITY);
    if (decision.allowed === allowed) continue;
    const { why, remedy } = decision.allowed ? explainEdge(decision) : explainRefusal(decision, chain);
    const calls = [...chain, target.text].join(" => ");
    const message = `the test expects ${calls} to be ${allowed ? "allowed" : "denied"}, but ${why}`;
    problems.report("test_failed", target, message, [remedy, "correct the test"].filter(Boolean).join(", or "));
  }
}

interface Explanation {
  readonly why: string;
  /** Missing where no map decides otherwise. */
  readonly remedy?: string;
}

const originOf = ({ line, via }: ChainDecision): string =>
  via === undefined ? `line ${line}` : `line ${line} (${via})`;

const explainEdge = (decision: ChainDecision): Explanation => ({
  why: `${originOf(decision)} allows it`,
  remedy: `take the edge out of line ${decision.line}`,
});

function explainRefusal(decision: ChainDecision & { readonly allowed: false }, chain: readonly string[]): Explanation {
  const { reason, line, hop } = decision;
  const origin = originOf(decision);
  const pair = `${hop.caller} => ${hop.target}`;
  const it = chain.length === 1 ? "it" : pair;
  const edge = `of the edge in line ${line}`;
  switch (reason) {
    case "disabled":
      return { why: `enabled: false in line ${line} refuses ${it}`, remedy: `write enabled: true in line ${line}` };
    case "denied":
      return { why: `${origin} denies ${it}`, remedy: `take the pair out of deny in line ${line}` };
    case "not_on_behalf":
      return {
        why: `${origin} does not let ${chain[0]} call first`,
        remedy: `add ${chain[0]} to on_behalf_of ${edge}`,
      };
    case "chain_too_long":
      return {
        why: `${origin} allows no chain of ${chain.length} calls`,
        remedy: `raise max_chain ${edge} to ${chain.length}`,
      };
    case "cycle":
      return { why: `${hop.target} is already in the chain` };
    default:
      return { why: `no edge allows ${it}`, remedy: `add the edge ${pair}` };
  }
}
