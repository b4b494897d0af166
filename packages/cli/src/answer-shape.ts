import { OperatorError } from "./operator-client.ts";

/** Whether a value has the shape that is meant. */
export type Shape = (value: unknown) => boolean;

export const isText: Shape = (value) => typeof value === "string";
export const isNumber: Shape = (value) => typeof value === "number";
export const isFlag: Shape = (value) => typeof value === "boolean";

export const isListOf =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(shape);

/** Also a field that is not there. */
export const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || shape(value);

export const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);

/** An object that has these fields, whatever others it has. */
export const hasFields =
  (fields: Readonly<Record<string, Shape>>): Shape =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(fields).every(([name, shape]) => shape((value as Record<string, unknown>)[name]));

/**
 * `answer` of the operator interface, if it has `shape`, which must be that of `T` as far as it is used.
 *
 * @throws OperatorError
 */
export function readAnswer<T>(answer: unknown, shape: Shape): T {
  if (shape(answer)) return answer as T;
  const remedy = "run the meshpass that came with the auth server";
  throw new OperatorError(`the operator interface answered something that is not understood here; ${remedy}`);
}
