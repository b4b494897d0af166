import { paths } from "@meshpass/protocol";
import t from "tap";
import { describeApi } from "../../../src/index.ts";
import { startServer } from "../../start-server.ts";
import { documentNames, readDocument, servedOperations } from "./served-operations.ts";

const server = await startServer(t);
const described = await describeApi(server);
const apps = { public: server.app, operator: server.operatorApp } as const;

/** `GET /blocks/{caller}`, of the tree that the router prints: four characters for each level, then a part of the path. */
function operationsOf(tree: string): string[] {
  const parents: string[] = [];
  return [...tree.matchAll(/^([│├└─ ]*)(\/\S*) \((.*)\)$/gm)].flatMap(([, indent = "", part = "", methods = ""]) => {
    const level = indent.length / 4;
    const path = (parents[level - 1] ?? "") + part;
    parents[level] = path;
    const operations = methods.split(", ").filter((method) => method !== "HEAD");
    return operations.map((method) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  });
}

t.test("the documents in the repository say what the routes say: `pnpm run openapi` writes them", async (t) => {
  for (const name of documentNames) t.strictSame(readDocument(name), JSON.parse(JSON.stringify(described[name])), name);
});

t.test("every route stands in a document, and every operation of a document is a route", async (t) => {
  for (const name of documentNames) {
    const documented = servedOperations(server).filter(({ documentName }) => documentName === name);
    const operations = documented.map(({ operation }) => `${operation.method} ${operation.path}`);
    t.strictSame(operations.sort(), operationsOf(apps[name].printRoutes({ commonPrefix: false })).sort());
  }
});

t.test("an example is good by its own schema", async (t) => {
  for (const { operation, check } of servedOperations(server))
    for (const { schema, example } of Object.values(operation.requestBody?.content ?? {}))
      if (example !== undefined) t.equal(check(schema, example), undefined, operation.operationId);
});

t.test("every path of the wire is documented, save those of the metrics and of other servers", async (t) => {
  const documented = documentNames.flatMap((name) => Object.keys(readDocument(name).paths));
  const missing = Object.values(paths).filter((path) => !documented.includes(path));
  t.strictSame(missing, [paths.hello, paths.query, paths.metrics]);
});
