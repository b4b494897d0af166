import type { Narrowed } from "@meshpass/policy";
import { endings } from "@meshpass/protocol";
import { mostCuts } from "./widen-cuts.ts";

/** What is to be cut when a change of the map has `narrowed` these edges: each, or their caller, or everything. */
export function cutsOf(narrowed: readonly Narrowed[]): readonly string[] {
  const isCrowded = ({ targets }: Narrowed) => targets.length > mostCuts.ofCaller;
  const count = narrowed.reduce((sum, row) => sum + (isCrowded(row) ? 1 : row.targets.length), 0);
  if (count > mostCuts.inAll) return [endings.everything];
  return narrowed.flatMap((row) => {
    const { caller, targets } = row;
    return isCrowded(row) ? [endings.caller(caller)] : targets.map((target) => endings.edge(caller, target));
  });
}
