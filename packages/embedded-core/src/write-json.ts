import { JsonNumber, type JsonValue } from "./read-json.ts";
import { writeDouble } from "./write-double.ts";

/**
 * The text of `value` in the bytes that the real core puts into a token: no space, members in their order, integers as
 * they are, other numbers by way of a double, control characters escaped with upper-case hexadecimal.
 *
 * Does not check that integers fit into 64 bits: `holdsHugeInteger` does.
 */
export function writeJson(value: JsonValue): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return writeString(value);
  if (value instanceof JsonNumber) return writeNumber(value);
  if (Array.isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  return `{${Array.from(value, ([name, member]) => `${writeString(name)}:${writeJson(member)}`).join(",")}}`;
}

/** Whether `number` was written without fraction and exponent. */
const isInteger = (number: JsonNumber): boolean => !/[.eE]/.test(number.text);

/** Whether an integer outside of signed 64 bits stands anywhere in `value`. */
export function holdsHugeInteger(value: JsonValue): boolean {
  if (value instanceof JsonNumber)
    return isInteger(value) && BigInt.asIntN(64, BigInt(value.text)) !== BigInt(value.text);
  if (Array.isArray(value)) return value.some(holdsHugeInteger);
  return value instanceof Map && [...value.values()].some(holdsHugeInteger);
}

function writeNumber(number: JsonNumber): string {
  if (isInteger(number)) return String(BigInt(number.text));
  const double = Number(number.text);
  return Number.isFinite(double) ? writeDouble(double) : `"${double}"`;
}

/** Half of a surrogate pair has no UTF-8 form; Java's encoder writes `?` for it. */
const loneSurrogate = /\p{Surrogate}/gu;
const escaped = /\\(?:u[0-9a-f]{4}|.)/g;

const writeString = (text: string): string =>
  JSON.stringify(text.replace(loneSurrogate, "?")).replace(escaped, (found) =>
    found.length === 6 ? `\\u${found.slice(2).toUpperCase()}` : found,
  );
