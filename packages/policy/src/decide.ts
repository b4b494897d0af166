import type { CompiledMap, Pairs } from "./compiled-map.ts";
import { firstCallersAt, mayBeFirst } from "./first-callers.ts";
import { nearest } from "./nearest.ts";
import { findText, textAt } from "./packed-texts.ts";
import type { EdgeAttributes } from "./read-attributes.ts";

/** Why a caller may not call a target; the last two are of chains alone. */
export type RefusalReason =
  | "unknown_caller"
  | "unknown_target"
  | "disabled"
  | "not_in_map"
  | "denied"
  | "expired"
  | "not_on_behalf"
  | "chain_too_long"
  | "cycle";

/** Whether a caller may call a target, and which line of the map says so. */
export type Decision =
  | { readonly allowed: true; readonly line: number; readonly via?: string; readonly edge: EdgeAttributes }
  | { readonly allowed: false; readonly reason: RefusalReason; readonly line?: number; readonly via?: string };

/**
 * Decides whether `caller` may call `target` in its own name at `nowSeconds` (since 1970): nobody may whose settings say
 * `enabled: false`, nor call such a target; else a line of `deny` that names the pair wins, then an edge that has not ended
 * and that lists the caller in `on_behalf_of`, where it has that list; everything else is refused. The order of the map makes
 * no difference.
 *
 * `line` is the line that decided, missing where none did; `via` tells how it is written where it reached the pair
 * through a group, such as `group:web => m1`. A refused call names the first reason in the order of the checks:
 * caller, target, enabled (the caller first), deny, edge, end, `on_behalf_of`.
 *
 * Takes any text for a name and any number for the time; what is in no map is unknown, and NaN has passed every end.
 * It does not check that whoever asks is the caller.
 */
export function decide(map: CompiledMap, caller: string, target: string, nowSeconds: number): Decision {
  const decision = decidePair(map, caller, target, nowSeconds);
  if (!decision.allowed || mayBeFirst(decision.edge.onBehalfOf, caller)) return decision;
  return refuseEdge(decision, "not_on_behalf");
}

/** A refusal of the edge that allowed a pair. */
export function refuseEdge({ line, via }: Decision & { readonly allowed: true }, reason: RefusalReason): Decision {
  return { allowed: false, reason, line, ...(via === undefined ? {} : { via }) };
}

/** The same, whoever the first caller is and however long the chain of which this call is a part. */
export function decidePair(map: CompiledMap, caller: string, target: string, nowSeconds: number): Decision {
  const from = findText(map.names, caller);
  if (from === -1) return { allowed: false, reason: "unknown_caller" };
  const to = findText(map.names, target);
  if (to === -1) return { allowed: false, reason: "unknown_target" };
  const disabledLine = map.services.disabledLines[from] || map.services.disabledLines[to];
  if (disabledLine) return { allowed: false, reason: "disabled", line: disabledLine };
  const denied = findPair(map.denied, from, to);
  if (denied !== -1) return { allowed: false, reason: "denied", ...originOf(map, map.denied, denied) };
  const allowed = findPair(map.allowed, from, to);
  if (allowed === -1) return { allowed: false, reason: "not_in_map" };
  const attributes = map.allowed.attributes[allowed] as number;
  if (!(nowSeconds < (map.expiries[attributes] as number))) {
    return { allowed: false, reason: "expired", ...originOf(map, map.allowed, allowed) };
  }
  return { allowed: true, ...originOf(map, map.allowed, allowed), edge: attributesAt(map, attributes) };
}

/** Whether `name` stands anywhere in the map outside its tests. */
export const hasName = (map: CompiledMap, name: string): boolean => findText(map.names, name) !== -1;

/** Every name that stands in the map outside its tests, ascending. */
export const namesOf = (map: CompiledMap): readonly string[] => [...eachName(map)];

/** The name of the map that may be meant by `name`, at most two slips of the keyboard away; of a large map, of the first 10,000. */
export const nearestName = (map: CompiledMap, name: string): string | undefined => nearest(name, eachName(map));

function* eachName({ names }: CompiledMap): Generator<string> {
  for (let number = 0; number < names.starts.length - 1; number += 1) yield textAt(names, number);
}

/** The line where `caller` has its list of targets, or undefined if it has none in its own name. */
export const lineOfCaller = (map: CompiledMap, caller: string): number | undefined =>
  map.callerLines[findText(map.names, caller)] || undefined;

/** The cell of `target` in the row of `caller`, or -1. */
function findPair({ starts, targets }: Pairs, caller: number, target: number): number {
  let low = starts[caller] as number;
  let high = (starts[caller + 1] as number) - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = targets[middle] as number;
    if (found === target) return middle;
    if (found < target) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function originOf(map: CompiledMap, pairs: Pairs, pair: number): { readonly line: number; readonly via?: string } {
  const line = pairs.lines[pair] as number;
  const via = pairs.vias[pair] as number;
  return via === 0 ? { line } : { line, via: textAt(map.texts, via) };
}

const noAttributes: EdgeAttributes = Object.freeze({ scopes: Object.freeze([]) });

function attributesAt(map: CompiledMap, number: number): EdgeAttributes {
  if (number === 0) return noAttributes;
  const lifetimeSeconds = map.lifetimes[number] as number;
  const expiresAt = map.expiries[number] as number;
  const scopes = map.scopes[number] as number;
  const reason = map.reasons[number] as number;
  const onBehalfOf = map.onBehalfOfs[number] as number;
  const maxChain = map.maxChains[number] as number;
  return {
    scopes: scopes === 0 ? noAttributes.scopes : textAt(map.texts, scopes).split(" "),
    ...(lifetimeSeconds === 0 ? {} : { lifetimeSeconds }),
    ...(expiresAt === Number.POSITIVE_INFINITY ? {} : { expiresAt }),
    ...(reason === 0 ? {} : { reason: textAt(map.texts, reason) }),
    ...(map.proofs[number] === 0 ? {} : { proof: "dpop" as const }),
    ...(onBehalfOf === 0 ? {} : { onBehalfOf: firstCallersAt(map, onBehalfOf) }),
    ...(maxChain === 0 ? {} : { maxChain }),
  };
}
