import type { KeptCut } from "./live-cuts.ts";

/** The first cut of each of the last maps that had any; both numbers ascend. */
export type MapSteps = readonly { readonly map: number; readonly number: number }[];

/** Tokens are decided on the last map or, for a moment, on the one before it. */
const keptSteps = 16;

/** `steps` with those of `cuts`, which come after them. */
export function noteMapSteps(steps: MapSteps, cuts: readonly KeptCut[]): MapSteps {
  const noted = [...steps];
  for (const { map, number } of cuts) {
    if (map === undefined || map <= (noted.at(-1)?.map ?? 0)) continue;
    noted.push({ map, number });
    const [first, second] = noted;
    // Of the maps before the second step nothing is known then but that each is at least as old as the first one.
    if (noted.length > keptSteps && first && second) noted.splice(0, 2, { map: second.map, number: first.number });
  }
  return noted;
}

/** The last number up to `head` before which no cut follows from a map newer than `map`: what who decides on `map` knows. */
export const numberFor = (steps: MapSteps, map: number, head: number): number => {
  const newer = steps.find((step) => step.map > map);
  return newer === undefined ? head : newer.number - 1;
};
