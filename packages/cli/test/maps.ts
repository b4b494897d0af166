import type { MapSource } from "@meshpass/cli";

/** A map with every kind of decision; nothing in it has changed its place. */
export const map = `version: 1
interactions:
  m1: [m1, m2]
  m3:
    - target: m1
      scopes: [read, write]
      lifetime: 2m
      expires: 2027-06-30
      reason: OPS-77
  group:web: [m4]
groups: {web: [m1, m5]}
deny: {m1: [m2], m5: [m1]}
...
`;

/** `text` as the file `map.yaml`. */
export const sourceOf = (text: string): MapSource => ({ bytes: new TextEncoder().encode(text), file: "map.yaml" });
