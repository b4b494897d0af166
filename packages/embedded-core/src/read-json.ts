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

const space = /[ \t\n\r]*/y;
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
  let at = 0;

  function take(pattern: RegExp): string {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? "";
    at += found.length;
    return found;
  }

  /** Steps over `mark` and the space around it, if it is next. */
  function skip(mark: string): boolean {
    take(space);
    if (text[at] !== mark) return false;
    at += 1;
    take(space);
    return true;
  }

  function expect(mark: string): void {
    if (!skip(mark)) throw new SyntaxError(`expected ${mark} at ${at}`);
  }

  function readString(): string {
    const start = at;
    const found = take(string);
    try {
      return JSON.parse(found);
    } catch {
      throw new SyntaxError(`expected a string at ${start}`);
    }
  }

  function readScalar(): JsonValue {
    if (text[at] === '"') return readString();
    const start = at;
    const value = literals.get(take(literal));
    if (value !== undefined) return value;
    const digits = take(number);
    if (digits === "" || digits.length > maxNumberLength) throw new SyntaxError(`expected a value at ${start}`);
    return new JsonNumber(digits);
  }

  function readArray(depth: number): JsonValue[] {
    const items: JsonValue[] = [];
    if (skip("]")) return items;
    do items.push(readValue(depth));
    while (skip(","));
    expect("]");
    return items;
  }

  function readObject(depth: number): JsonObject {
    const members: JsonObject = new Map();
    if (skip("}")) return members;
    do {
      const name = readString();
      if (members.has(name)) throw new SyntaxError(`repeated name before ${at}`);
      expect(":");
      members.set(name, readValue(depth));
    } while (skip(","));
    expect("}");
    return members;
  }

  function readValue(depth: number): JsonValue {
    if (depth === maxDepth) throw new SyntaxError(`nested too deeply at ${at}`);
    if (skip("{")) return readObject(depth + 1);
    if (skip("[")) return readArray(depth + 1);
    return readScalar();
  }

  const value = readValue(0);
  take(space);
  if (at !== text.length) throw new SyntaxError(`something follows the document at ${at}`);
  return value;
}
