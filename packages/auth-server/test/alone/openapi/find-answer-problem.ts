import type { LightMyRequestResponse as Response } from "fastify";
import type { SchemaCheck } from "./create-schema-check.ts";
import type { DocumentedOperation, DocumentedResponse } from "./documented-operation.ts";

/** What every answer may have, and no document names. */
const usual: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "content-type",
  "date",
  "keep-alive",
  "transfer-encoding",
  "x-content-type-options",
]);

/** In what `answer` is another one than its document promises; undefined where it is not. */
export function findAnswerProblem(check: SchemaCheck, operation: DocumentedOperation, answer: Response) {
  const { statusCode } = answer;
  const documented = operation.responses.get(statusCode);
  if (documented === undefined) return `${statusCode} is not documented: ${answer.body}`;
  const problem = findBodyProblem(check, documented, answer) ?? findHeaderProblem(check, documented, answer);
  return problem === undefined ? undefined : `${statusCode}: ${problem}`;
}

function findBodyProblem(check: SchemaCheck, { content }: DocumentedResponse, { headers, body }: Response) {
  if (content === undefined) return body === "" ? undefined : `a body where there is none: ${body}`;
  const [type = ""] = String(headers["content-type"]).split(";");
  const schema = content[type]?.schema;
  if (schema === undefined) return `the content type ${type} is not documented`;
  const problem = check(schema, JSON.parse(body));
  return problem === undefined ? undefined : `${problem}: ${body}`;
}

function findHeaderProblem(check: SchemaCheck, { headers: documented = {} }: DocumentedResponse, answer: Response) {
  const names = new Map(Object.keys(documented).map((name) => [name.toLowerCase(), name]));
  const isStored = answer.headers["cache-control"] !== "no-store";
  if (isStored && !names.has("cache-control")) return "it may be stored";
  const unknown = Object.keys(answer.headers).find(
    (name) => !names.has(name) && !usual.has(name) && name !== "cache-control",
  );
  if (unknown !== undefined) return `the header ${unknown} is not documented`;
  return Object.entries(documented)
    .map(([name, { required = false, schema }]) => {
      const value = answer.headers[name.toLowerCase()];
      if (value === undefined) return required ? `the header ${name} is missing` : undefined;
      const problem = check(schema, value);
      return problem === undefined ? undefined : `the header ${name}: ${problem}: ${value}`;
    })
    .find((problem) => problem !== undefined);
}
