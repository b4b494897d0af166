import { decide, hasName, nearestName } from "@meshpass/policy";
import type { UnknownName } from "@meshpass/protocol";
import type { Snapshot } from "./map-in-force.ts";

/** Whether the map in force names `service`; no map names anybody. */
export const isInMap = (snapshot: Snapshot | undefined, service: string): boolean =>
  snapshot !== undefined && hasName(snapshot.map, service);

/** Those of `names` that the map in force does not name, each with the one that may be meant; undefined without a map. */
export const findUnknownNames = (
  snapshot: Snapshot | undefined,
  names: readonly string[],
): readonly UnknownName[] | undefined =>
  snapshot &&
  [...new Set(names)]
    .filter((name) => !hasName(snapshot.map, name))
    .map((name) => ({ name, nearest: nearestName(snapshot.map, name) }));

/**
 * Whether the map in force lets `caller` call `target` at `nowSeconds` (since 1970), be it on behalf of others alone. Blocks are
 * not looked at.
 */
export function mapAllows(
  snapshot: Snapshot | undefined,
  { caller, target, nowSeconds }: { readonly caller: string; readonly target: string; readonly nowSeconds: number },
): boolean {
  if (snapshot === undefined) return false;
  const decision = decide(snapshot.map, caller, target, nowSeconds);
  return decision.allowed || decision.reason === "not_on_behalf";
}
