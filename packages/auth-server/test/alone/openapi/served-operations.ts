import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OpenApiDocument } from "@meshpass/http-server/openapi";
import type { FastifyInstance } from "fastify";
import type { AuthServer } from "../../../src/index.ts";
import { createSchemaCheck, type SchemaCheck } from "./create-schema-check.ts";
import { type DocumentedOperation, operationsOf } from "./documented-operation.ts";

/** The documents, by the names of their files. */
export const documentNames = ["public", "operator"] as const;
type DocumentName = (typeof documentNames)[number];

/** A document as it stands in the repository. */
export const readDocument = (name: DocumentName): OpenApiDocument =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../../docs/openapi-${name}.json`), "utf8"));

/** An operation, where it is served, and what its document says besides. */
export interface ServedOperation {
  readonly operation: DocumentedOperation;
  readonly app: FastifyInstance;
  readonly documentName: DocumentName;
  readonly check: SchemaCheck;
  /** The named ones. */
  readonly schemas: Readonly<Record<string, unknown>>;
}

/** Every operation of both documents. */
export function servedOperations({ app, operatorApp }: Pick<AuthServer, "app" | "operatorApp">): ServedOperation[] {
  const apps = { public: app, operator: operatorApp };
  return documentNames.flatMap((documentName) => {
    const document = readDocument(documentName);
    const check = createSchemaCheck(document);
    const { schemas } = document.components;
    return operationsOf(document).map((operation) => ({
      operation,
      app: apps[documentName],
      documentName,
      check,
      schemas,
    }));
  });
}
