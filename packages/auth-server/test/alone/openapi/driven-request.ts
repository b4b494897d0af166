import type { SchemaCheck } from "./create-schema-check.ts";
import type { DocumentedOperation } from "./documented-operation.ts";
import type { Values } from "./values-of.ts";

/** What a document lets one expect: that it is good, that it is refused, or nothing but an answer that is documented. */
export type Expected = "good" | "refused" | "any";

export interface DrivenRequest {
  readonly method: DocumentedOperation["method"];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string;
  readonly expected: Expected;
}

/** What requests are made with. */
export interface Driver {
  readonly check: SchemaCheck;
  readonly values: Values;
  /** The header `Authorization` of somebody who is good by this scheme, with this role where it knows any. */
  readonly authorize: (scheme: string, role: string | undefined) => string;
}

/** In what a request differs from the good one. */
export type Difference = Partial<DrivenRequest> & Pick<DrivenRequest, "expected">;
