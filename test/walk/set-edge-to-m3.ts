import { readFileSync, writeFileSync } from "node:fs";
import type { MeshPlace } from "./mesh-place.ts";

/** Adds or takes out the edge m1 => m3 in the map of a mesh, as an operator would with an editor. */
export function setEdgeToM3({ mapPath }: MeshPlace, isThere: boolean): void {
  const text = readFileSync(mapPath, "utf8");
  const next = isThere
    ? text
        .replace("m1: [m1, m2]", "m1: [m1, m2, m3]")
        .replace(/(caller: m1\n\s+allow: \[m1, m2)(\]\n\s+deny: )\[m3\]/, "$1, m3$2[]")
    : text
        .replace("m1: [m1, m2, m3]", "m1: [m1, m2]")
        .replace(/(caller: m1\n\s+allow: \[m1, m2), m3(\]\n\s+deny: )\[\]/, "$1$2[m3]");
  writeFileSync(mapPath, next);
}
