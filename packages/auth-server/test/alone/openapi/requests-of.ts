import { type Body, bodiesOf } from "./bodies-of.ts";
import { authorizationOf, credentialsOf } from "./credentials-of.ts";
import type { DocumentedOperation } from "./documented-operation.ts";
import type { Difference, DrivenRequest, Driver, Expected } from "./driven-request.ts";

type Headers = DrivenRequest["headers"];

type Requests = readonly [DrivenRequest, ...DrivenRequest[]];

/** Good and bad requests of one operation, made from its schemas; the first one is good. */
export function requestsOf(driver: Driver, operation: DocumentedOperation): Requests {
  const [good, ...bodies] = bodiesOf(driver, operation);
  const authorization = authorizationOf(driver, operation.security[0]);
  const method = operation.method;
  const url = fillPath(driver, operation);
  const base = { method, url, ...good, headers: { ...good.headers, ...authorization } };
  const withBody = ({ headers, ...body }: Body): Difference => ({ ...body, headers: { ...headers, ...authorization } });
  const withHeaders = ({ headers, expected }: Difference) => ({ headers: { ...good.headers, ...headers }, expected });
  const others: Difference[] = [
    ...bodies.map(withBody),
    ...pathsOf(driver, operation),
    ...queriesOf(driver, operation).map(({ query, expected }) => ({ url: `${url}?${query}`, expected })),
    ...headersOf(driver, operation).map((more) =>
      withHeaders({ headers: { ...authorization, ...more }, expected: "any" }),
    ),
    ...credentialsOf(driver, operation).map(withHeaders),
  ];
  return [base, ...others.map((difference) => ({ ...base, ...difference }))];
}

function parametersIn({ values }: Driver, { parameters }: DocumentedOperation, place: "path" | "query" | "header") {
  return parameters
    .filter((parameter) => parameter.in === place)
    .map(({ name, schema, example }) => ({
      name,
      schema,
      good: String(values.goodField({ ...schema, ...(example === undefined ? {} : { examples: [example] }) }, name)),
      doubtful: values.doubtful(schema).filter((value) => typeof value === "string"),
    }));
}

/** The path with good parameters, but for those that `others` has. */
function fillPath(
  driver: Driver,
  operation: DocumentedOperation,
  others: ReadonlyMap<string, string> = new Map(),
): string {
  const good = new Map(parametersIn(driver, operation, "path").map(({ name, good }) => [name, good]));
  return operation.path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(others.get(name) ?? good.get(name) ?? ""),
  );
}

function pathsOf(driver: Driver, operation: DocumentedOperation): Difference[] {
  return parametersIn(driver, operation, "path").flatMap(({ name, schema, doubtful }) =>
    // Without a part it is another path.
    doubtful
      .filter((value) => value !== "")
      .map((value) => ({
        url: fillPath(driver, operation, new Map([[name, value]])),
        expected: driver.check(schema, value) === undefined ? "any" : "refused",
      })),
  );
}

function queriesOf(driver: Driver, operation: DocumentedOperation): { query: string; expected: Expected }[] {
  const unknown = { query: "another=a", expected: "any" } as const;
  const known = parametersIn(driver, operation, "query").flatMap(({ name, schema, good, doubtful }) => {
    const hasGrammar = "enum" in schema || "pattern" in schema;
    const write = (value: string) => new URLSearchParams({ [name]: value }).toString();
    return [
      { query: write(good), expected: "good" } as const,
      { query: `${write(good)}&${write(good)}`, expected: hasGrammar ? "refused" : "any" } as const,
      ...doubtful.map((value) => ({
        query: write(value),
        expected: driver.check(schema, value) === undefined ? ("any" as const) : ("refused" as const),
      })),
    ];
  });
  return [...known, unknown];
}

/** What an HTTP client, a proxy or a web page may send along. */
const strayHeaders: readonly Headers[] = [
  { origin: "https://example.com" },
  { host: "example.com" },
  { accept: "text/html" },
  { cookie: "a=b" },
  { "x-forwarded-for": "127.0.0.1" },
  { "x-http-method-override": "DELETE" },
  { "content-encoding": "gzip" },
  { expect: "100-continue" },
  { range: "bytes=0-1" },
];

/** No more than that can be in a header. */
const isHeaderText = (value: string): boolean => /^[\x20-\x7e]*$/.test(value);

const headersOf = (driver: Driver, operation: DocumentedOperation): readonly Headers[] => [
  ...parametersIn(driver, operation, "header").flatMap(({ name, good, doubtful }) =>
    [good, ...doubtful.filter(isHeaderText)].map((value) => ({ [name]: value })),
  ),
  ...strayHeaders,
];
