import { type Content, type JsonSchema, named, text } from "@meshpass/http-server/openapi";
import type { ErrorCode } from "@meshpass/protocol";

/** By which a client may say in the body who it is (RFC 6749 section 2.3.1, RFC 7521 section 4.2). */
const clientParameters = {
  client_id: text,
  client_secret: text,
  client_assertion_type: text,
  client_assertion: text,
};

/** The parameters of one kind of request. */
export interface RequestKind {
  readonly fields: Readonly<Record<string, JsonSchema>>;
  /** Those that must be there. */
  readonly required: readonly string[];
}

/**
 * The parameters of a request to an OAuth endpoint, of any of these kinds, as a form or as one JSON object of texts; one that
 * is not known is carried along (RFC 6749 section 3.2).
 */
export function parameters(title: string, ...kinds: readonly RequestKind[]): Content {
  const schema = named(
    title,
    kinds.length === 1 ? describeKind(kinds[0] as RequestKind) : { anyOf: kinds.map(describeKind) },
  );
  return { content: { "application/x-www-form-urlencoded": { schema }, "application/json": { schema } } };
}

const describeKind = ({ fields, required }: RequestKind): JsonSchema => ({
  type: "object",
  properties: { ...fields, ...clientParameters },
  required,
  additionalProperties: text,
});

/** What a client and its request can be refused for at each of these endpoints, and what else can fail for it. */
export const clientErrors = [
  "invalid_client",
  // Of `resource` twice (RFC 8707 section 2).
  "invalid_target",
  "too_many_requests",
  "payload_too_large",
  "keys_unavailable",
  "store_unavailable",
  "decisions_unwritable",
] as const satisfies readonly ErrorCode[];
