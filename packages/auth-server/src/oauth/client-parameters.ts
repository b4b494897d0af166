import { type Content, type JsonSchema, text } from "@meshpass/http-server/openapi";
import type { ErrorCode } from "@meshpass/protocol";

/** By which a client may say in the body who it is (RFC 6749 section 2.3.1, RFC 7521 section 4.2). */
const clientParameters = {
  client_id: text,
  client_secret: text,
  client_assertion_type: text,
  client_assertion: text,
};

/**
 * The parameters of a request to an OAuth endpoint, as a form or as one JSON object of texts; one that is not known is carried
 * along (RFC 6749 section 3.2).
 */
export function parameters(title: string, own: Readonly<Record<string, JsonSchema>>, required: string): Content {
  const schema: JsonSchema = {
    title,
    type: "object",
    properties: { ...own, ...clientParameters },
    required: [required],
    additionalProperties: text,
  };
  return { content: { "application/x-www-form-urlencoded": { schema }, "application/json": { schema } } };
}

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
