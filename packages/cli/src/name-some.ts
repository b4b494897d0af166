/** So many are named. */
const maxNamed = 20;

/** The first twenty of `all` as `name` writes them, with `between` between them, and how many more there are. */
export function nameSome<T>(all: readonly T[], name: (one: T) => string, between = ", "): string {
  const omitted = all.length - maxNamed;
  const named = all.slice(0, maxNamed).map(name);
  return [...named, ...(omitted > 0 ? [`and ${omitted} more`] : [])].join(between);
}
