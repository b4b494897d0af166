import { fullMap } from "./full-map.ts";
import { createRandom } from "./random.ts";

const fragments = [
  ..."\n\t :-?[]{},#&*!|>'\"%@`~=<.0a",
  "  ",
  "\n  ",
  "\n\n",
  "\n      ",
  "- ",
  ": ",
  " #",
  "---\n",
  "...\n",
  "<<: ",
  "\r\n",
  "\\",
];

/** The forms that large maps have, with both kinds of line ends. */
const plainMap = `version: 1
interactions:
  m1: [m1, group:web]
  m2:
    - m1
    -   target: m3
        scopes: [read, orders:write]
    - target: m4\r
      lifetime: 2m\r
      reason: for one of the imports\r
  m3:
  - m1
groups:
  web: [m2]
services:
  m1:
    audience: urn:m1
    scopes: [read]
    enabled: true
    metadata: {team: maps, plan: gold plated}
    quota:
      per_hour: 100
  m4:
    metadata: {  }
    quota: { per_day:  1, enforce: false, }
    scopes:
      - read
...
`;

/** `text` with one to three small changes. */
function mutate(text: string, random: () => number): string {
  let mutated = text;
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes -= 1) {
    const at = Math.floor(random() * mutated.length);
    const removed = Math.floor(random() * 4);
    const added = random() < 0.3 ? "" : fragments[Math.floor(random() * fragments.length)];
    mutated = mutated.slice(0, at) + added + mutated.slice(at + removed);
  }
  return mutated;
}

/** `count` maps, the same in every run, most of them broken in some small way. */
export function mutations(count: number): readonly string[] {
  const random = createRandom(20_270_630);
  return Array.from({ length: count }, (_, i) => mutate(i % 2 === 0 ? fullMap : plainMap, random));
}
