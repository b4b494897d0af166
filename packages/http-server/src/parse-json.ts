const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * The value of a JSON text (RFC 8259), refusing what `JSON.parse` lets through: a key twice in one object (the last
 * would silently win) and the key `__proto__`.
 *
 * @throws SyntaxError with a fixed text that holds nothing of the input.
 */
export function parseJson(text: string): unknown {
  const value = parse(text);
  if (hasRepeatedKey(text)) throw new SyntaxError("a key stands twice in one object, or is __proto__");
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError("not JSON");
  }
}

/** Walks the tokens of a text that is known to be JSON. A string is a key when a colon follows it. */
function hasRepeatedKey(text: string): boolean {
  const open: Set<string>[] = [];
  let last = "";
  for (const [token] of text.matchAll(tokens)) {
    if (token === "{") open.push(new Set(["__proto__"]));
    else if (token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":" && !addKey(open.at(-1), last)) return true;
    last = token;
  }
  return false;
}

/** Two spellings of one key (`a`, `\u0061`) are one key. False if it was there before. */
function addKey(keys: Set<string> | undefined, literal: string): boolean {
  const key: string = JSON.parse(literal);
  if (keys === undefined || keys.has(key)) return false;
  keys.add(key);
  return true;
}
