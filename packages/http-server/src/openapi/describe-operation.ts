import type { ErrorCode } from "@meshpass/protocol";
import { describeFailure, type Failure, failuresOf, optionalHeaders, referToFailure } from "./failures-of.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { Answer, Operation } from "./operation.ts";

/** `operation` as OpenAPI writes it; `always` is what it may answer as every other one may. */
export function describeOperation(operationId: string, operation: Operation, always: readonly ErrorCode[]): object {
  const { summary, description, security, params, querystring, headers, body, errors = [] } = operation;
  const parameters = [
    ...describeParameters("path", params),
    ...describeParameters("query", querystring),
    ...describeParameters("header", headers),
  ];
  return {
    ...{ operationId, summary, ...(description === undefined ? {} : { description }) },
    ...(security === undefined ? {} : { security }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, ...body } }),
    responses: describeResponses({ ...operation, errors: [...errors, ...always] }),
  };
}

function describeParameters(place: "path" | "query" | "header", schema: JsonSchema = {}): object[] {
  const { properties = {}, required = [] } = schema as { properties?: object; required?: readonly string[] };
  return Object.entries(properties).map(([name, { examples, ...field }]) => ({
    ...{ name, in: place, required: place === "path" || required.includes(name) },
    schema: field,
    ...(examples === undefined ? {} : { example: examples[0] }),
  }));
}

function describeResponses(operation: Operation): Readonly<Record<string, object>> {
  const failures = failuresOf(operation);
  const answers = Object.entries(operation.response).map(([status, answer]) => {
    const failure = failures.get(status);
    return [status, failure === undefined ? describeAnswer(answer) : describeEither(answer, failure)];
  });
  const failed = [...failures].map(([status, failure]) => [status, referToFailure(failure)]);
  return Object.fromEntries([...failed, ...answers]);
}

const describeAnswer = ({ headers = {}, ...answer }: Answer): object => ({
  ...answer,
  ...(Object.keys(headers).length === 0 ? {} : { headers: optionalHeaders(headers) }),
});

/** A status that says something either way: no header is sure to be there. */
function describeEither({ description, headers = {}, content }: Answer, failure: Failure): object {
  const other = describeFailure(failure);
  const own = Object.entries(other.headers ?? {}).map(([name, { schema }]) => [name, schema]);
  const bodies = [content, other.content].map((body) => body?.["application/json"]?.schema);
  return {
    description: `${description}; or ${other.description}`,
    headers: optionalHeaders({ ...Object.fromEntries(own), ...headers }),
    content: { "application/json": { schema: { anyOf: bodies } } },
  };
}
