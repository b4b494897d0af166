import { challengeOf, type ErrorBody, type ErrorCode, type ErrorSpec, errors } from "@meshpass/protocol";
import { described, type JsonSchema, matching, named, objectOf, optional, text } from "./json-schema.ts";
import { json, type Operation } from "./operation.ts";

/** RFC 9562. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** RFC 6749 section 5.2. */
const readable = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;

const errorBody = named(
  "Error",
  objectOf<Omit<ErrorBody, "error"> & { error: string }>({
    error: text,
    error_description: described("For people", matching(readable)),
    decision_id: optional(described("Names the line in the record of decisions", matching(uuid))),
  }),
);

type Failing = Pick<Operation, "errors" | "foreignErrors">;

/** The OpenAPI responses of what an operation fails with, by status: descriptions, bodies and headers as protocol's table has them. */
export function failuresOf({ errors: codes = [], foreignErrors = {} }: Failing): Readonly<Record<string, object>> {
  const statuses = new Set([...codes.map((code) => errors[code].status), ...Object.keys(foreignErrors).map(Number)]);
  return Object.fromEntries(
    [...statuses].map((status) => {
      const own = [...new Set(codes)].filter((code) => errors[code].status === status);
      return [String(status), describeFailure(own, foreignErrors[status] ?? [])];
    }),
  );
}

function describeFailure(codes: readonly ErrorCode[], foreign: readonly string[]): object {
  const sentences = [
    ...codes.map((code) => `\`${code}\`: ${errors[code].description}`),
    ...foreign.map((f) => `\`${f}\``),
  ];
  const error = { enum: [...new Set([...codes, ...foreign])] };
  return {
    description: sentences.join("\n"),
    headers: describeHeaders(codes, foreign.length > 0),
    ...json({ allOf: [errorBody], properties: { error } }),
  };
}

const challenge = described("RFC 6750 section 3", text);
const retryAfter = described("In seconds", matching(/^[1-9]\d*$/));

/** A header is required where each code of the status has it. */
function describeHeaders(codes: readonly ErrorCode[], hasForeign: boolean): object {
  const headers: readonly [string, JsonSchema, (code: ErrorCode) => boolean][] = [
    ["WWW-Authenticate", challenge, (code) => challengeOf(code) !== undefined],
    ["Retry-After", retryAfter, tellsWhen],
  ];
  const present = headers.filter(([, , has]) => codes.some(has));
  return Object.fromEntries(
    present.map(([name, schema, has]) => [name, { required: !hasForeign && codes.every(has), schema }]),
  );
}

/** RFC 6585 section 4 has it with every 429, whose seconds depend on the limit. */
const tellsWhen = (code: ErrorCode): boolean => {
  const { status, retryAfterSeconds }: ErrorSpec = errors[code];
  return retryAfterSeconds !== undefined || status === 429;
};
