import { decide, hasName } from "@meshpass/policy";
import type { Snapshot } from "./map-in-force.ts";

/** Whether the map in force names `service`; no map names anybody. */
export const isInMap = (snapshot: Snapshot | undefined, service: string): boolean =>
  snapshot !== undefined && hasName(snapshot.map, service);

/** Whether the map in force lets `caller` call `target` at `nowSeconds` (since 1970). Blocks are not looked at. */
export const mapAllows = (
  snapshot: Snapshot | undefined,
  edge: { readonly caller: string; readonly target: string; readonly nowSeconds: number },
): boolean => snapshot !== undefined && decide(snapshot.map, edge.caller, edge.target, edge.nowSeconds).allowed;
