import { createHttpServer, createLog } from "@meshpass/http-server";
import {
  describeRoutes,
  json,
  named,
  type Operation,
  objectOf,
  optional,
  routesOf,
  text,
} from "@meshpass/http-server/openapi";
import t from "tap";

const log = createLog({ name: "test", level: "silent", human: false, write: () => undefined });
const createApp = () => createHttpServer({ log, ready: () => ({ ok: true, codes: [] }) });
const api = {
  info: { title: "Items", version: "1", description: "" },
  servers: [],
  securitySchemes: {},
  errors: ["invalid_request"],
} as const;
const operation = (more: Partial<Operation> = {}): Operation => ({
  summary: "Something",
  response: { 200: { description: "It is done" } },
  ...more,
});
const item = (fields: Parameters<typeof objectOf<{ name: string; note?: string }>>[0]) =>
  json(named("Item", objectOf<{ name: string; note?: string }>(fields)));

t.test("what a schema says is in the document, with its parameters, its body and what it fails with", async (t) => {
  const app = createApp();
  const body = item({ name: text, note: optional(text) });
  const params = objectOf<{ id: string }>({ id: { ...text, examples: ["i-1"] } });
  const schema = operation({ params, body, errors: ["too_many_requests", "missing_token"] });
  app.post("/items/:id", { schema }, async () => "");
  const { paths, components } = describeRoutes(routesOf(app), api);
  t.match(paths["/items/{id}"]?.post, {
    operationId: "postItemsId",
    parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" }, example: "i-1" }],
    requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Item" } } } },
    responses: {
      200: { description: "It is done" },
      400: { $ref: "#/components/responses/invalid_request" },
      429: { $ref: "#/components/responses/too_many_requests" },
    },
  });
  t.match(components.schemas.Item, { required: ["name"], additionalProperties: false });
  t.match(components.responses.missing_token, { headers: { "WWW-Authenticate": { required: true } } });
});

t.test("a status that is an answer and a failure has one of two bodies", async (t) => {
  const { paths } = describeRoutes(routesOf(createApp()), { ...api, errors: ["not_ready"] });
  const responses = paths["/readyz"]?.get as { responses: Record<string, object> };
  t.match(responses.responses[503], {
    headers: { "Retry-After": { schema: {} } },
    content: { "application/json": { schema: { anyOf: [{ type: "object" }, { allOf: [] }] } } },
  });
});

t.test("a route without a schema is no part of a document, and says so", async (t) => {
  const app = createApp();
  app.delete("/items/:id", async () => "");
  t.throws(() => describeRoutes(routesOf(app), api), { message: "DELETE /items/:id has no schema" });
});

t.test("two schemas that differ do not have one name", async (t) => {
  const app = createApp();
  app.post("/one", { schema: operation({ body: item({ name: text, note: optional(text) }) }) }, async () => "");
  app.post(
    "/other",
    { schema: operation({ body: item({ name: text, note: optional({ type: "number" }) }) }) },
    async () => "",
  );
  t.throws(() => describeRoutes(routesOf(app), api), { message: "two schemas have the name Item" });
});

t.test("nothing that comes in or goes out is checked or changed by a schema", async (t) => {
  const app = createApp();
  const schema = operation({
    body: item({ name: text, note: optional(text) }),
    response: { 200: { description: "Its name", ...json(objectOf<{ name: string }>({ name: text })) } },
  });
  app.post("/items", { schema }, async () => ({ name: 1, more: true }));
  const answer = await app.inject({ method: "POST", url: "/items", payload: { other: 1 } });
  t.same([answer.statusCode, answer.body], [200, '{"name":1,"more":true}']);
});
