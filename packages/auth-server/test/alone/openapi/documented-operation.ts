import type { OpenApiDocument } from "@meshpass/http-server/openapi";

/** A JSON Schema, as far as a test reads it. */
export interface Schema {
  readonly $ref?: string;
  readonly pattern?: string;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly examples?: readonly unknown[];
}

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly schema: Schema;
  readonly example?: unknown;
}

type Content = Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;

export interface DocumentedResponse {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: Schema }>>;
  readonly content?: Content;
}

/** One operation of a document, as far as a test needs it; responses are there themselves, wherever they stand. */
export interface DocumentedOperation {
  readonly operationId: string;
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: ReadonlyMap<number, DocumentedResponse>;
}

type Written = Omit<DocumentedOperation, "method" | "path" | "security" | "parameters" | "responses"> & {
  readonly security?: DocumentedOperation["security"];
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, DocumentedResponse & { readonly $ref?: string }>>;
};

/** The operations of `document`, in its order. */
export const operationsOf = (document: OpenApiDocument): DocumentedOperation[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Written>).map(([method, written]) => ({
      ...{ security: [], parameters: [], ...written },
      path,
      method: method.toUpperCase() as DocumentedOperation["method"],
      responses: readResponses(document, written),
    })),
  );

const readResponses = ({ components }: OpenApiDocument, { responses }: Written) =>
  new Map(
    Object.entries(responses).map(([status, response]) => {
      const name = response.$ref?.split("/").at(-1);
      return [Number(status), name === undefined ? response : (components.responses[name] as DocumentedResponse)];
    }),
  );
