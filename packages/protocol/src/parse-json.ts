/**
 * The value of a JSON text (RFC 8259), refusing what `JSON.parse` lets through: a key twice in one object (the last
 * would silently win) and the key `__proto__`.
 *
 * @throws SyntaxError with a fixed text that holds nothing of the input.
 */
export function parseJson(text: string): unknown {
  const value = parse(text);
  if (countKeys(value) !== countColons(text))
    throw new SyntaxError("a key stands twice in one object, or is __proto__");
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError("not JSON");
  }
}

/**
 * How many keys the objects in `value` have; not a number where one is `__proto__`, so that no count equals it. Without
 * recursion, since a body has room for more nesting than the stack has.
 */
function countKeys(value: unknown): number {
  const left = [value];
  let count = 0;
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next !== "object" || next === null) continue;
    if (Object.hasOwn(next, "__proto__")) return Number.NaN;
    const values = Object.values(next);
    if (!Array.isArray(next)) count += values.length;
    // Not spread, which a long list is too much for.
    for (const inner of values) left.push(inner);
  }
  return count;
}

const [quote, backslash, colon] = [0x22, 0x5c, 0x3a];

/**
 * The colons outside of the strings of a text that is known to be JSON: one for each key that is written, also for those
 * of which only the last is kept.
 */
function countColons(text: string): number {
  let count = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) isInString = !isInString;
    else if (isInString && code === backslash) index += 1;
    else if (!isInString && code === colon) count += 1;
  }
  return count;
}
