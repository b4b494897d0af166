export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The JSON object in `bytes`, frozen through and through, or undefined if they are anything else: not UTF-8, not JSON,
 * no object, or an object, at any depth, that says one name twice (RFC 8725 section 2.4: two readers could choose
 * differently) or has the name `__proto__` (a copy of it would change its prototype).
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject | undefined {
  const text = decodeUtf8(bytes);
  const value = text === undefined ? undefined : parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return freezeAll(value) === countNames(text as string) ? (value as JsonObject) : undefined;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    // A byte order mark stays in the text, where JSON does not allow it.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How many names the objects in valid JSON `text` have, repeated ones included: each is a string before a colon. */
function countNames(text: string): number {
  let names = 0;
  for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) if (colon !== undefined) names += 1;
  return names;
}

/**
 * Freezes `value` and everything in it; gives how many names its objects have, of which `__proto__` is none. No recursion:
 * depth is the sender's choice.
 */
function freezeAll(value: object): number {
  const open: object[] = [value];
  let names = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const inner = Object.values(Object.freeze(next));
    if (!Array.isArray(next)) names += Object.hasOwn(next, "__proto__") ? inner.length - 1 : inner.length;
    for (const item of inner) if (typeof item === "object" && item !== null) open.push(item);
  }
  return names;
}
