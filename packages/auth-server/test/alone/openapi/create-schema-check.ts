import type { OpenApiDocument } from "@meshpass/http-server/openapi";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { Schema } from "./documented-operation.ts";

/** What is wrong with a value by a schema of a document, in words; undefined where nothing is. */
export type SchemaCheck = (schema: Schema, value: unknown) => string | undefined;

/** A check by an independent validator; each schema is compiled once. */
export function createSchemaCheck({ components }: OpenApiDocument): SchemaCheck {
  // What OpenAPI says besides is no keyword of JSON Schema.
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const compiled = new WeakMap<Schema, ValidateFunction>();
  return (schema, value) => {
    const validate = compiled.get(schema) ?? ajv.compile({ ...schema, components });
    compiled.set(schema, validate);
    return validate(value) ? undefined : ajv.errorsText(validate.errors);
  };
}
