import { createJsonCursor, type JsonCursor } from "./json-cursor.ts";

/** A number as it was written, so that `1.0`, `-0` and 64-bit integers survive. */
export class JsonNumber {
  readonly text: string;

  /** @param text a number of RFC 8259 section 6; it is not checked here. */
  constructor(text: string) {
    this.text = text;
  }
}

/** An object, its members in the order in which they were written (a JavaScript object would move integer-like names). */
export type JsonObject = Map<string, JsonValue>;
export type JsonValue = null | boolean | string | JsonNumber | JsonValue[] | JsonObject;

const maxDepth = 64;
const maxNumberLength = 1_000;

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// Only finds the end. JSON.parse then decides on escapes and control characters.
const string = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const literal = /true|false|null/y;
const literals = new Map<string, JsonValue>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/**
 * Reads one JSON document by the letter of RFC 8259, keeping what `JSON.parse` loses: the order of members and the text of
 * numbers. A name that an object repeats is refused, since two readers of the same text would disagree about its value.
 * Nesting deeper than 64 and numbers longer than 1,000 characters are refused too.
 *
 * @throws SyntaxError if `text` is anything else; the message holds nothing of it.
 */
export function readJson(text: string): JsonValue {
  const cursor = createJsonCursor(text);
  const value = readValue(cursor, 0);
  if (!cursor.isAtEnd()) throw cursor.error("something follows the document");
  return value;
}

function readValue(cursor: JsonCursor, depth: number): JsonValue {
  if (depth === maxDepth) throw cursor.error("nested too deeply");
  if (cursor.skip("{")) return readObject(cursor, depth + 1);
  if (cursor.skip("[")) return readArray(cursor, depth + 1);
  return readScalar(cursor);
}

function readObject(cursor: JsonCursor, depth: number): JsonObject {
  const members: JsonObject = new Map();
  if (cursor.skip("}")) return members;
  do {
    const name = readString(cursor);
    if (members.has(name)) throw cursor.error("repeated name before the colon");
    expect(cursor, ":");
    members.set(name, readValue(cursor, depth));
  } while (cursor.skip(","));
  expect(cursor, "}");
  return members;
}

function readArray(cursor: JsonCursor, depth: number): JsonValue[] {
  const items: JsonValue[] = [];
  if (cursor.skip("]")) return items;
  do items.push(readValue(cursor, depth));
  while (cursor.skip(","));
  expect(cursor, "]");
  return items;
}

function readScalar(cursor: JsonCursor): JsonValue {
  if (cursor.peek() === '"') return readString(cursor);
  const value = literals.get(cursor.take(literal));
  if (value !== undefined) return value;
  const digits = cursor.take(number);
  if (digits === "" || digits.length > maxNumberLength) throw cursor.error("no value, or a number too long,");
  return new JsonNumber(digits);
}

function readString(cursor: JsonCursor): string {
  const found = cursor.take(string);
  try {
    return JSON.parse(found);
  } catch {
    throw cursor.error("no string, or one that is not well formed,");
  }
}

function expect(cursor: JsonCursor, mark: string): void {
  if (!cursor.skip(mark)) throw cursor.error(`expected ${mark}`);
}
