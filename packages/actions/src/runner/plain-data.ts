/**
 * A copy of `value`, which must be what JSON can hold: null, booleans, texts, finite numbers, lists, and plain objects.
 * It is deeply frozen, and its objects have no prototype, so that no name in it means more than what was put there.
 *
 * @throws TypeError for anything else, for a key `__proto__`, and for what is nested deeper than `depth`
 */
export function copyPlainData(value: unknown, depth: number): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return finite(value);
  if (typeof value !== "object") throw new TypeError(`JSON has no ${typeof value}`);
  if (depth === 0) throw new TypeError("it is nested too deeply");
  return Object.freeze(Array.isArray(value) ? copyList(value, depth) : copyObject(value, depth));
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new TypeError(`JSON has no ${value}`);
}

// Array.from reads holes as undefined, which JSON does not have.
const copyList = (list: readonly unknown[], depth: number): unknown[] =>
  Array.from(list, (item) => copyPlainData(item, depth - 1));

function copyObject(value: object, depth: number): object {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError("JSON has plain objects only");
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) {
    if (key === "__proto__") throw new TypeError("__proto__ cannot be a key");
    copy[key] = copyPlainData(item, depth - 1);
  }
  return copy;
}
