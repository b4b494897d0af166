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

/** Whether the map in force lets `caller` call `target` at `nowSeconds` (since 1970). Blocks are not looked at. */
export const mapAllows = (
  snapshot: Snapshot | undefined,
  edge: { readonly caller: string; readonly target: string; readonly nowSeconds: number },
): boolean => snapshot !== undefined && decide(snapshot.map, edge.caller, edge.target, edge.nowSeconds).allowed;
