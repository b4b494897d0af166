import { type ChainDecision, type CompiledMap, lineOfCaller } from "@meshpass/policy";
import { longestChain } from "@meshpass/protocol";
import { countNoun } from "./count-noun.ts";
import { nameSome } from "./name-some.ts";

type Refusal = ChainDecision & { readonly allowed: false };

/** What in the map of `file` decided on a call of `chain`, the first caller first, and what it says of the call. */
export function explainDecision(decision: ChainDecision, chain: readonly string[], file: string): string {
  const origin = `${file}:${decision.line}${decision.via === undefined ? "" : ` (${decision.via})`}`;
  if (decision.allowed) return [origin, ...describeEdge(decision.edge)].join(", ");
  return explainRefusal(decision, chain, { file, origin });
}

function explainRefusal(
  { reason, line, hop }: Refusal,
  chain: readonly string[],
  { file, origin }: { readonly file: string; readonly origin: string },
): string {
  if (reason === "denied") return `${origin} denies it`;
  if (reason === "expired") return `${origin} allowed it, but has ended`;
  if (reason === "disabled") return `${origin} disables the caller or the target`;
  if (reason === "not_on_behalf") return `${origin} does not list ${chain[0]} in on_behalf_of`;
  if (reason === "chain_too_long") {
    return line === undefined
      ? `no chain has more than ${longestChain} callers`
      : `${origin} allows no chain of ${countNoun(chain.length, "call")}`;
  }
  if (reason === "cycle") return `${hop.target} is already in the chain`;
  if (reason === "not_in_map") return `${file} has no such edge`;
  return `${file} does not name the ${reason === "unknown_caller" ? "caller" : "target"}`;
}

function describeEdge(edge: (ChainDecision & { allowed: true })["edge"]): readonly string[] {
  const { scopes, lifetimeSeconds, expiresAt, reason, proof, onBehalfOf, maxChain } = edge;
  return [
    ...(scopes.length === 0 ? [] : [`scopes ${scopes.join(" ")}`]),
    ...(lifetimeSeconds === undefined ? [] : [`tokens of ${lifetimeSeconds} s`]),
    ...(expiresAt === undefined ? [] : [`until ${new Date(expiresAt * 1_000).toISOString().replace(".000Z", "Z")}`]),
    ...(proof === undefined ? [] : [`tokens bound to a key (${proof})`]),
    ...(onBehalfOf === undefined ? [] : [`on behalf of ${nameSome(onBehalfOf, String, " ")}`]),
    ...(maxChain === undefined ? [] : [`chains of at most ${countNoun(maxChain, "call")}`]),
    ...(reason === undefined ? [] : [`because of ${reason}`]),
  ];
}

/** How to change `map` so that it allows what it refused; undefined where no map does. */
export function remedyOf(
  { reason, line, hop }: Refusal,
  chain: readonly string[],
  map: CompiledMap,
): string | undefined {
  if (reason === "denied") return `take the pair out of deny (line ${line})`;
  if (reason === "expired") return `change expires (line ${line})`;
  if (reason === "disabled") return `write enabled: true (line ${line})`;
  if (reason === "not_on_behalf") return `add ${chain[0]} to on_behalf_of (line ${line})`;
  if (reason === "chain_too_long") {
    return line === undefined ? undefined : `raise max_chain to ${chain.length} (line ${line})`;
  }
  return reason === "cycle" ? undefined : addEdge(hop.caller, hop.target, map);
}

function addEdge(caller: string, target: string, map: CompiledMap): string {
  const line = lineOfCaller(map, caller);
  return line === undefined
    ? `add ${caller}: [${target}] under interactions`
    : `add ${target} to ${caller} (line ${line})`;
}
