import type { Schema } from "./documented-operation.ts";

/** What is good for a field, by its name: what a server knows cannot be made up from a schema. */
export type Known = Readonly<Record<string, unknown>>;

type Fields = Readonly<Record<string, unknown>>;

/** Values made from the schemas of a document. */
export interface Values {
  goodField(schema: Schema, name: string): unknown;
  /** For each kind of object that `schema` takes the least one that is good, then it with each field that may be there. */
  good(schema: Schema): Fields[];
  /** Values of which most are wrong; whether one is, the schema says. */
  doubtful(schema: Schema): unknown[];
}

/** `schemas` are the named ones of the document. */
export function createValues(schemas: Fields, known: Known): Values {
  const goodField = (schema: Schema, name: string): unknown => known[name] ?? goodValue(known, schema);
  const kindsOf = (schema: Schema): readonly Schema[] => {
    const { anyOf, ...own } =
      schema.$ref === undefined ? schema : (schemas[schema.$ref.split("/").at(-1) as string] as Schema);
    return anyOf === undefined ? [own] : anyOf.flatMap(kindsOf);
  };
  return {
    goodField,
    good: (schema) => kindsOf(schema).flatMap((kind) => goodObjects(known, kind)),
    doubtful: (schema) => kindsOf(schema).flatMap((kind) => doubtfulValues(known, kind)),
  };
}

function goodValue(known: Known, schema: Schema): unknown {
  const { enum: choices = [], examples = [], type, minimum = 1 } = schema;
  const [first] = [...choices, ...examples];
  if (first !== undefined) return first;
  const simple: Readonly<Record<string, unknown>> = { array: [], string: "a", boolean: true };
  return type === "object" ? goodObject(known, schema) : (simple[String(type)] ?? minimum);
}

const goodObject = (known: Known, { properties = {}, required = [] }: Schema): Fields =>
  Object.fromEntries(required.map((name) => [name, known[name] ?? goodValue(known, properties[name] as Schema)]));

function goodObjects(known: Known, schema: Schema): Fields[] {
  const least = goodObject(known, schema);
  const others = Object.entries(schema.properties ?? {}).filter(([name]) => !(name in least));
  return [least, ...others.map(([name, field]) => ({ ...least, [name]: known[name] ?? goodValue(known, field) }))];
}

const numbers = [0, -1, 0.5, 1e308, 2 ** 53];
const texts = [
  "",
  "1",
  "A",
  " a",
  "a b",
  "a\n",
  "\u0000",
  "é",
  "../a",
  "-",
  "auth-server",
  "__proto__",
  "a".repeat(300),
];
const junk = [null, true, false, ...numbers, ...texts, [], [null], {}, { a: 1 }];

function doubtfulValues(known: Known, schema: Schema): unknown[] {
  const { minimum = 0, maximum = 0, items, maxItems = 1_000 } = schema;
  const bounds = [minimum - 1, maximum + 1];
  const tooMany = items === undefined ? [] : [Array(maxItems + 1).fill(goodValue(known, items))];
  const lists = items === undefined ? [] : doubtfulValues(known, items).map((item) => [item]);
  return [...junk, ...bounds, ...tooMany, ...lists, ...doubtfulObjects(known, schema)];
}

/** With a wrong field, without one that must be there, with one that is not known. */
function doubtfulObjects(known: Known, schema: Schema): Fields[] {
  if (schema.properties === undefined) return [];
  const least = goodObject(known, schema);
  const fields = Object.entries(schema.properties).flatMap(([name, field]) =>
    doubtfulValues(known, field).map((value) => ({ ...least, [name]: value })),
  );
  const less = Object.keys(least).map((name) => {
    const { [name]: _, ...others } = least;
    return others;
  });
  return [...fields, ...less, { ...least, another: "a" }, { ...least, constructor: "a" }];
}
