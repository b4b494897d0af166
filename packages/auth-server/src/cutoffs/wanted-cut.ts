import { endings, type WantedCut } from "@meshpass/protocol";
import { endingOfJti } from "@meshpass/verifier";

/** The cut of the feed that does what is wanted; of a service it ends the tokens alone. */
export function endingOf(wanted: WantedCut): string {
  if ("service" in wanted) return endings.caller(wanted.service);
  if ("caller" in wanted) return endings.edge(wanted.caller, wanted.target);
  if ("target" in wanted) return endings.target(wanted.target);
  return "jti" in wanted ? endingOfJti(wanted.jti) : endings.everything;
}

/** The services that are named in what is wanted. */
export function namesIn(wanted: WantedCut): readonly string[] {
  const { caller, target } = edgeOf(wanted);
  return [caller, target].filter((name) => name !== undefined);
}

/** Whether all tokens of `edge` would end. */
export function endsEdge(wanted: WantedCut, edge: { readonly caller: string; readonly target: string }): boolean {
  const { caller = edge.caller, target = edge.target } = edgeOf(wanted);
  return !("jti" in wanted) && caller === edge.caller && target === edge.target;
}

/** What is wanted as an edge, of which a part that is missing stands for every name. */
function edgeOf(wanted: WantedCut): { readonly caller?: string; readonly target?: string } {
  if ("service" in wanted) return { caller: wanted.service };
  return "target" in wanted ? wanted : {};
}
