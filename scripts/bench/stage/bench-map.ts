/** `count` names, such as `c000`. */
const names = (letter: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => letter + String(at).padStart(String(count - 1).length, "0"));

/** Who asks in the bench: 100 callers, 20 targets. */
export const callers = names("c", 100);
export const targets = names("t", 20);

/** 1,000 callers that may call m1, with tokens of 10 s, the shortest life there is. */
export const stormCallers = names("s", 1_000);

/** The map that ships, and the callers of the bench; `more` are further lines of `interactions`. */
export function writeBenchMap(more: readonly string[] = []): string {
  const all = `[${["m2", ...targets].join(", ")}]`;
  return [
    "version: 1",
    "interactions:",
    "  m1: [m1, m2]",
    "  m2: [m1, m2]",
    "  m3: [m1]",
    ...callers.map((caller) => `  ${caller}: ${all}`),
    ...stormCallers.map((caller) => `  ${caller}: [{ target: m1, lifetime: 10s }]`),
    ...more,
    "...\n",
  ].join("\n");
}

/** Lines of a map of `services` services, each of which may call `edges` others, the next ones. */
export function writeBigMap(services: number, edges: number): string[] {
  const big = names("x", services);
  return big.map((caller, at) => {
    const called = Array.from({ length: edges }, (_, next) => big[(at + next + 1) % services]);
    return `  ${caller}: [${called.join(", ")}]`;
  });
}
