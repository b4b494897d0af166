/** A value of JSON whose schemas are components now, and these by their names. */
export interface Named<Value> {
  /** Of the same fields at its top. */
  readonly value: Readonly<Record<keyof Value, unknown>>;
  readonly schemas: Readonly<Record<string, unknown>>;
}

/**
 * Takes every schema that has a `title` out of `value`, to stand once under that name.
 *
 * @throws TypeError if two that differ have one name
 */
export function nameSchemas<Value extends object>(value: Value): Named<Value> {
  const schemas = new Map<string, string>();
  const walk = (part: unknown): unknown => {
    if (typeof part !== "object" || part === null) return part;
    if (Array.isArray(part)) return part.map(walk);
    const { title, ...walked } = Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, walk(inner)]));
    if (typeof title === "string") return keep(schemas, title, walked);
    return title === undefined ? walked : { ...walked, title };
  };
  const walked = walk(value);
  const byName = [...schemas].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, schema]) => [name, JSON.parse(schema)]);
  return { value: walked as Named<Value>["value"], schemas: Object.fromEntries(byName) };
}

function keep(schemas: Map<string, string>, name: string, schema: object): object {
  const written = JSON.stringify(schema);
  if ((schemas.get(name) ?? written) !== written) throw new TypeError(`two schemas have the name ${name}`);
  schemas.set(name, written);
  return { $ref: `#/components/schemas/${name}` };
}
