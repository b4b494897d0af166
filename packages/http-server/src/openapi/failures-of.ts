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

/** What one status of an operation can mean, where it is a failure. */
export interface Failure {
  readonly codes: readonly ErrorCode[];
  /** Values of `error` that are not in protocol's table. */
  readonly foreign: readonly string[];
  /** That any of them may have besides its own. */
  readonly headers: Readonly<Record<string, JsonSchema>>;
}

type Failing = Pick<Operation, "errors" | "foreignErrors" | "errorHeaders">;

/** What an operation fails with, by status. */
export function failuresOf({ errors: codes = [], foreignErrors = {}, errorHeaders: headers = {} }: Failing) {
  const statuses = [...codes.map((code) => errors[code].status), ...Object.keys(foreignErrors).map(Number)];
  const failureOf = (status: number): Failure => ({
    codes: [...new Set(codes)].filter((code) => errors[code].status === status),
    foreign: foreignErrors[status] ?? [],
    headers,
  });
  return new Map(statuses.map((status) => [String(status), failureOf(status)]));
}

const responses = "#/components/responses/";

/** A failure as a response of OpenAPI: one that any operation can have is in the components, by its code. */
export function referToFailure(failure: Failure): object {
  const { codes, foreign, headers } = failure;
  const isUsual = codes.length === 1 && foreign.length === 0 && Object.keys(headers).length === 0;
  return isUsual ? { $ref: responses + codes[0] } : describeFailure(failure);
}

/** The components that `document` refers to by {@link referToFailure}. */
export function responsesIn(document: object): Readonly<Record<string, object>> {
  const refs = JSON.stringify(document).matchAll(new RegExp(`"${responses}(\\w+)"`, "g"));
  const codes = [...new Set([...refs].map(([, code]) => code as ErrorCode))].sort();
  return Object.fromEntries(codes.map((code) => [code, describeFailure({ codes: [code], foreign: [], headers: {} })]));
}

/** The same written out: description, body and headers as protocol's table has them. */
export function describeFailure({ codes, foreign, headers }: Failure) {
  const sentences = [...codes.map((code) => `\`${code}\`: ${errors[code].description}`), ...foreign.map(quote)];
  const error = { enum: [...new Set([...codes, ...foreign])] };
  const all = { ...describeHeaders(codes, foreign.length > 0), ...optionalHeaders(headers) };
  return {
    description: sentences.length === 1 ? `${sentences[0]}` : sentences.map((sentence) => `- ${sentence}`).join("\n"),
    ...(Object.keys(all).length === 0 ? {} : { headers: all }),
    ...json({ allOf: [errorBody], properties: { error } }),
  };
}

const quote = (code: string): string => `\`${code}\``;

type Headers = Readonly<Record<string, { readonly required?: boolean; readonly schema: JsonSchema }>>;

/** Headers that may be missing. */
export const optionalHeaders = (headers: Readonly<Record<string, JsonSchema>>): Headers =>
  Object.fromEntries(Object.entries(headers).map(([name, schema]) => [name, { schema }]));

const isLimit = (code: ErrorCode): boolean => errors[code].status === 429;
const wholeSeconds = matching(/^[1-9]\d*$/);

const headersOfErrors: readonly (readonly [string, JsonSchema, (code: ErrorCode) => boolean])[] = [
  ["WWW-Authenticate", described("RFC 6750 section 3", text), (code) => challengeOf(code) !== undefined],
  ["Retry-After", described("In seconds", wholeSeconds), (code) => isLimit(code) || tellsWhen(errors[code])],
  ["X-RateLimit-Limit", described("Of how many", matching(/^\d+$/)), isLimit],
  ["X-RateLimit-Remaining", described("None", matching(/^0$/)), isLimit],
  ["X-RateLimit-Reset", described("When to come back, in seconds since 1970", wholeSeconds), isLimit],
];

const tellsWhen = ({ retryAfterSeconds }: ErrorSpec): boolean => retryAfterSeconds !== undefined;

/** A header is required where each code of the status has it. */
function describeHeaders(codes: readonly ErrorCode[], hasForeign: boolean): Headers {
  const present = headersOfErrors.filter(([, , has]) => codes.some(has));
  const isRequired = (has: (code: ErrorCode) => boolean): boolean => !hasForeign && codes.every(has);
  return Object.fromEntries(present.map(([name, schema, has]) => [name, { required: isRequired(has), schema }]));
}
