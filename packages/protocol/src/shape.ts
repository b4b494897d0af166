/** Whether a value that came from outside is a `T`, as far as anybody here looks at it. */
export type Shape<T> = (value: unknown) => value is T;

export const isText: Shape<string> = (value) => typeof value === "string";

export const isFlag: Shape<boolean> = (value) => typeof value === "boolean";

export const isTrue: Shape<true> = (value) => value === true;

/** A number that one can calculate with: the `1e999` that JSON can write is none. */
export const isNumber: Shape<number> = (value): value is number => Number.isFinite(value);

/** From 0, whole, and exact. */
export const isCount: Shape<number> = (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** After this many ms, before and after 1970, `Date` knows no day any more (ECMA-262, 21.4.1.1). */
const lastMs = 8.64e15;

/** A time in ms since 1970 that a `Date` can hold. */
export const isMs: Shape<number> = (value): value is number => isNumber(value) && Math.abs(value) <= lastMs;

/** The same in seconds. */
export const isSeconds: Shape<number> = (value): value is number => isNumber(value) && isMs(value * 1_000);

export const isOneOf =
  <const Text extends string>(...texts: readonly Text[]): Shape<Text> =>
  (value): value is Text =>
    texts.includes(value as Text);

export const isListOf =
  <T>(shape: Shape<T>): Shape<readonly T[]> =>
  (value) =>
    Array.isArray(value) && value.every(shape);

/** Also a field that is not there. */
export const optional =
  <T>(shape: Shape<T>): Shape<T | undefined> =>
  (value) =>
    value === undefined || shape(value);

export const orNull =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value) =>
    value === null || shape(value);

/** The check of each field of a `T`: the compiler misses one that is left out, or that lets something else through. */
type FieldsOf<T> = { readonly [Field in keyof T]-?: Shape<T[Field]> };

/** An object that has these fields, whatever others it has. */
export const hasFields =
  <T extends object>(fields: FieldsOf<T>): Shape<T> =>
  (value): value is T =>
    typeof value === "object" &&
    value !== null &&
    Object.entries<Shape<unknown>>(fields).every(([name, shape]) => shape((value as Record<string, unknown>)[name]));
