import { createRandom } from "./random.ts";

/** Every name of a {@link randomChainMap}. */
export const services: readonly string[] = ["s0", "s1", "s2", "s3", "s4", "s5"];
const groups: Readonly<Record<string, readonly string[]>> = { even: ["s0", "s2", "s4"], all: services };

/**
 * A map of some edges between {@link services} and some denied pairs, the same for a seed. The reason of an edge says in words
 * of its own what its conditions are, `first a,b max N`: who may be the first caller, nobody named for anybody, and how many
 * calls the chain may have.
 */
export function randomChainMap(seed: number): string {
  const random = createRandom(seed);
  const some = (names: readonly string[], share: number) => names.filter(() => random() < share);
  const edge = (target: string): string => {
    const names = random() < 0.5 ? some(services, 0.5) : [];
    const group = names.length > 0 && random() < 0.3 ? "even" : undefined;
    const first = new Set([...names, ...(group === undefined ? [] : (groups[group] ?? []))]);
    const max = random() < 0.5 ? 8 : 1 + Math.floor(random() * 3);
    const written = [...names, ...(group === undefined ? [] : [`group:${group}`])];
    const list = written.length === 0 ? "" : `, on_behalf_of: [${written.join(", ")}]`;
    const limit = max === 8 ? "" : `, max_chain: ${max}`;
    return `{target: ${target}, reason: "first ${[...first].join(",")} max ${max}"${list}${limit}}`;
  };
  return [
    "version: 1",
    "interactions:",
    ...services.map((caller) => `  ${caller}: [${some(services, 0.7).map(edge).join(", ")}]`),
    "deny:",
    ...services.map((caller) => `  ${caller}: [${some(services, 0.05).join(", ")}]`),
    "groups:",
    ...Object.entries(groups).map(([group, names]) => `  ${group}: [${names.join(", ")}]`),
    "...",
    "",
  ].join("\n");
}
