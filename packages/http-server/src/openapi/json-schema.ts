/**
 * A JSON Schema (draft 2020-12), which is what OpenAPI 3.1 has. One with a `title` becomes a component of the document: it
 * stands there once, under that name.
 */
export type JsonSchema = Readonly<Record<string, unknown>> & { readonly optional?: never };

/** A field that may be missing. */
export interface OptionalField {
  readonly optional: JsonSchema;
}

/** The schema of each field of a `T`: the compiler misses one that is left out, and one that may be missing and must not. */
export type FieldsOf<T> = {
  readonly [Field in keyof T]-?: undefined extends T[Field] ? OptionalField : JsonSchema;
};

/** A field that may be missing, of this schema. */
export const optional = (schema: JsonSchema): OptionalField => ({ optional: schema });

/** An object with these fields and no others; `more` is what else the schema says. */
export function objectOf<T extends object>(fields: FieldsOf<T>, more: JsonSchema = {}): JsonSchema {
  const all: readonly [string, JsonSchema | OptionalField][] = Object.entries(fields);
  return {
    type: "object",
    properties: Object.fromEntries(all.map(([name, field]) => [name, field.optional ?? field])),
    required: all.filter(([, field]) => field.optional === undefined).map(([name]) => name),
    additionalProperties: false,
    ...more,
  };
}

/** An array of such items; `more` is what else the schema says. */
export const listOf = (items: JsonSchema, more: JsonSchema = {}): JsonSchema => ({ type: "array", items, ...more });

/** One of these values and nothing else. */
export const oneOf = (...values: readonly (string | boolean)[]): JsonSchema => ({ enum: values });

/** The same schema as a component of that name. */
export const named = (title: string, schema: JsonSchema): JsonSchema => ({ title, ...schema });

/** The same schema with a sentence of what it means. */
export const described = (description: string, schema: JsonSchema): JsonSchema => ({ ...schema, description });

/** A text that `grammar` matches, which carries no flags. */
export const matching = ({ source }: RegExp, more: JsonSchema = {}): JsonSchema => ({
  type: "string",
  pattern: source,
  ...more,
});

/** Any text. */
export const text: JsonSchema = { type: "string" };
/** True or false. */
export const flag: JsonSchema = { type: "boolean" };
/** From 0, whole and exact. */
export const count: JsonSchema = { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
/** A time in seconds since 1970, with fractions. */
export const seconds: JsonSchema = { type: "number", description: "Seconds since 1970" };
/** The same in milliseconds. */
export const milliseconds: JsonSchema = { type: "number", description: "Milliseconds since 1970" };
