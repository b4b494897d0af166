import type { ErrorCode } from "@meshpass/protocol";
import type { JsonSchema } from "./json-schema.ts";

/** A body by its media types, as OpenAPI writes it; `example` is one that is good. */
export interface Content {
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>>;
}

/** One answer that is no error. Without `content` its body is empty. */
export interface Answer extends Partial<Content> {
  readonly description: string;
  /** By name; each a schema of the field's text. */
  readonly headers?: Readonly<Record<string, JsonSchema>>;
}

/**
 * What a route takes and answers: its `schema`, from which the OpenAPI document is made. It describes, and nothing is checked
 * by it; that it is true is for a test to show, which drives the document.
 */
export interface Operation {
  readonly summary: string;
  readonly description?: string;
  /** The ways in, of which one is enough: names of security schemes, with the roles that are needed. None: for anybody. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  /** Each an object whose fields are the parameters; those of the path are all required. */
  readonly params?: JsonSchema;
  readonly querystring?: JsonSchema;
  readonly headers?: JsonSchema;
  readonly body?: Content;
  /** By status. */
  readonly response: Readonly<Record<number, Answer>>;
  /** What it answers besides, in protocol's words: status, body and headers follow from its table. */
  readonly errors?: readonly ErrorCode[];
  /** Errors that are not in that table: the status, and the values of `error`. */
  readonly foreignErrors?: Readonly<Record<number, readonly string[]>>;
  /** That any of its errors may have, besides those of the table. */
  readonly errorHeaders?: Readonly<Record<string, JsonSchema>>;
}

declare module "fastify" {
  interface FastifySchema extends Omit<Operation, "body" | "params" | "querystring" | "headers" | "response"> {}
}

/** One JSON body. */
export const json = (schema: JsonSchema, example?: unknown): Content => ({
  content: { "application/json": { schema, ...(example === undefined ? {} : { example }) } },
});

/** What any route that reads a JSON body answers to one that is none. */
export const bodyErrors = ["payload_too_large", "unsupported_media_type"] as const satisfies readonly ErrorCode[];
