import type { ErrorCode } from "@meshpass/protocol";
import { failuresOf } from "./failures-of.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { Answer, Operation } from "./operation.ts";

/** `operation` as OpenAPI writes it; `always` is what it may answer as every other one may. */
export function describeOperation(operationId: string, operation: Operation, always: readonly ErrorCode[]): object {
  const { summary, description, security, params, querystring, headers, body, response, errors = [] } = operation;
  const parameters = [
    ...describeParameters("path", params),
    ...describeParameters("query", querystring),
    ...describeParameters("header", headers),
  ];
  const failures = failuresOf({ ...operation, errors: [...errors, ...always] });
  return {
    ...{ operationId, summary, ...(description === undefined ? {} : { description }) },
    ...(security === undefined ? {} : { security }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, ...body } }),
    responses: joinResponses(describeAnswers(response), failures),
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

type Responses = Readonly<Record<string, { description?: string; content?: Record<string, { schema: unknown }> }>>;

const describeAnswers = (response: Readonly<Record<number, Answer>>): Responses =>
  Object.fromEntries(
    Object.entries(response).map(([status, { headers, ...answer }]) => [
      status,
      { ...answer, ...(headers === undefined ? {} : { headers: describeHeaders(headers) }) } as Responses[string],
    ]),
  );

const describeHeaders = (headers: Readonly<Record<string, JsonSchema>>): object =>
  Object.fromEntries(Object.entries(headers).map(([name, schema]) => [name, { schema }]));

/** A status that says something either way has one of two bodies. */
function joinResponses(answers: Responses, failures: Responses): Responses {
  const joined: Record<string, Responses[string]> = { ...failures, ...answers };
  for (const [status, answer] of Object.entries(answers)) {
    const failure = failures[status];
    if (failure === undefined) continue;
    const [one, other] = [answer, failure].map(({ content }) => content?.["application/json"]?.schema);
    const content = { "application/json": { schema: { anyOf: [one, other] } } };
    joined[status] = { description: `${answer.description}\n${failure.description}`, content };
  }
  return joined;
}
