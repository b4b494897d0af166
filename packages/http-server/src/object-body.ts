import { HttpError } from "./http-error.ts";

/**
 * `body` as an object with no fields but `fields`; which of them are there, and their types, is for the caller to check.
 *
 * @throws HttpError `invalid_request` for anything else: no body, an array, a string, a field too many.
 */
export function objectBody<Field extends string>(
  body: unknown,
  fields: readonly Field[],
): { readonly [key in Field]?: unknown } {
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  const known: readonly string[] = fields;
  if (!isObject || !Object.keys(body).every((key) => known.includes(key))) throw new HttpError("invalid_request");
  return body as { readonly [key in Field]?: unknown };
}
