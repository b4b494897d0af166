import { callsOf, longestChain } from "@meshpass/protocol";
import type { CompiledMap } from "./compiled-map.ts";
import { type Decision, decidePair, refuseEdge } from "./decide.ts";
import { mayBeFirst } from "./first-callers.ts";

/** One call of a chain. */
export interface Hop {
  readonly caller: string;
  readonly target: string;
}

/** Whether the last of a chain of callers may call a target: what decided, and of a refusal which call was refused. */
export type ChainDecision =
  | Extract<Decision, { readonly allowed: true }>
  | (Extract<Decision, { readonly allowed: false }> & { readonly hop: Hop });

/**
 * Decides whether the last of `chain` may call `target` at `nowSeconds` (since 1970), where each of `chain` has called the
 * next one; the first is on whose behalf all of them call. Allowed is a chain of 1 to {@link longestChain} callers in which
 * nobody stands twice, the target included (a service that calls itself in its own name apart), and of which every call has
 * an edge that holds now, lets the first caller be the first (`on_behalf_of`) and is part of no longer chain than it may be
 * (`max_chain`).
 *
 * An allowed chain comes with the edge of its last call. A refused one names the first call that was refused, in the order of
 * the chain, with the line of its edge; before any edge is asked for, `chain_too_long` names the last call, and `cycle`
 * the one that comes back. A chain of one caller is decided as `decide` does.
 *
 * Takes any texts for names; a chain of nobody has an unknown caller. It does not check that these calls were made.
 */
export function decideChain(
  map: CompiledMap,
  chain: readonly string[],
  target: string,
  nowSeconds: number,
): ChainDecision {
  const last: Hop = { caller: chain.at(-1) ?? "", target };
  if (chain.length > longestChain) return { allowed: false, reason: "chain_too_long", hop: last };
  const hops = callsOf(chain, target).map(([from, to]): Hop => ({ caller: from, target: to }));
  const back = hops.find((hop, index) => chain.indexOf(hop.target) !== -1 && chain.indexOf(hop.target) <= index);
  if (back !== undefined && chain.length > 1) return { allowed: false, reason: "cycle", hop: back };
  for (const hop of hops.slice(0, -1)) {
    const decision = decideHop(map, chain, hop, nowSeconds);
    if (!decision.allowed) return { ...decision, hop };
  }
  const decision = decideHop(map, chain, last, nowSeconds);
  return decision.allowed ? decision : { ...decision, hop: last };
}

function decideHop(map: CompiledMap, chain: readonly string[], { caller, target }: Hop, nowSeconds: number): Decision {
  const decision = decidePair(map, caller, target, nowSeconds);
  if (!decision.allowed) return decision;
  const { onBehalfOf, maxChain = longestChain } = decision.edge;
  if (!mayBeFirst(onBehalfOf, chain[0] as string)) return refuseEdge(decision, "not_on_behalf");
  return chain.length > maxChain ? refuseEdge(decision, "chain_too_long") : decision;
}
