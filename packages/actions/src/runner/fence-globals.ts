/** What the language has, and what of Node neither reaches out nor leads to something that does. */
const kept: ReadonlySet<PropertyKey> = new Set(
  [
    "globalThis undefined NaN Infinity Object Function Array Number Boolean String Symbol BigInt Date Promise RegExp Math",
    "JSON Intl Map Set WeakMap WeakSet WeakRef Proxy Reflect Iterator parseFloat parseInt isFinite isNaN eval escape",
    "unescape encodeURI encodeURIComponent decodeURI decodeURIComponent Error AggregateError EvalError RangeError",
    "ReferenceError SyntaxError TypeError URIError SuppressedError ArrayBuffer DataView Int8Array Uint8Array",
    "Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array Float64Array",
    "BigInt64Array BigUint64Array URL URLSearchParams TextEncoder TextDecoder crypto structuredClone atob btoa",
  ].flatMap((line) => line.split(" ")),
);

/**
 * Takes from `globals` everything by which an action could reach out of its process, signal another or outlast its turn
 * (`process`, `fetch`, `setTimeout` and their kin), gives it `console`, and freezes what is left, so that one action
 * cannot change what another finds.
 *
 * @throws Error that names what could not be taken away
 */
export function fenceGlobals(globals: object, console: object): void {
  for (const name of Reflect.ownKeys(globals)) {
    if (!kept.has(name) && !Reflect.deleteProperty(globals, name)) {
      throw new Error(`${String(name)} cannot be taken from actions`);
    }
  }
  Object.defineProperty(globals, "console", { value: console });
  Object.freeze(globals);
}
