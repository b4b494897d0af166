import { writeFileSync } from "node:fs";
import type { MeshPlace } from "../../walk/mesh-place.ts";
import type { Edge } from "./token-book.ts";

const services = ["m1", "m2", "m3"] as const;

/** All nine call directions of a mesh. */
export const allEdges: readonly Edge[] = services.flatMap((caller) =>
  services.map((target) => [caller, target] as const),
);

/** Saves a map of `edges`, as an operator would with an editor. */
export function writeMap({ mapPath }: MeshPlace, edges: readonly Edge[]): void {
  const targetsOf = (caller: string) => edges.filter((edge) => edge[0] === caller).map(([, target]) => target);
  const lines = services.map((caller) => `  ${caller}: [${targetsOf(caller).join(", ")}]\n`);
  writeFileSync(mapPath, `version: 1\ninteractions:\n${lines.join("")}...\n`);
}
