import { parseJson } from "@meshpass/protocol";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A byte order mark stays in the text, where JSON does not allow it. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The JSON object in `bytes`, frozen through and through, or undefined if they are anything else: not UTF-8, not JSON,
 * no object, or an object, at any depth, that says one name twice (RFC 8725 section 2.4: two readers could choose
 * differently) or has the name `__proto__` (a copy of it would change its prototype).
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject | undefined {
  const value = read(bytes);
  return isObject(value) && !Array.isArray(value) ? (freezeAll(value) as JsonObject) : undefined;
}

function read(bytes: Uint8Array): unknown {
  try {
    return parseJson(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Freezes `value` and everything in it. No recursion: depth is the sender's choice. */
function freezeAll(value: object): object {
  const open = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const item of Object.values(Object.freeze(next))) if (isObject(item)) open.push(item);
  return value;
}
