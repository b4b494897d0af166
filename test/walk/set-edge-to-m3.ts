import { readFileSync, writeFileSync } from "node:fs";
import type { MeshPlace } from "./mesh-place.ts";

/** Adds or takes out the edge m1 => m3 in the map of a mesh, as an operator would with an editor: in one line. */
export function setEdgeToM3({ mapPath }: MeshPlace, isThere: boolean): void {
  const lines = ["m1: [m1, m2]", "m1: [m1, m2, m3]"] as const;
  const text = readFileSync(mapPath, "utf8");
  writeFileSync(mapPath, isThere ? text.replace(...lines) : text.replace(lines[1], lines[0]));
}
