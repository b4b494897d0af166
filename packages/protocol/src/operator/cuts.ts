import type { Generation } from "../cutoffs.ts";
import { hasFields, isCount, isFlag, isListOf, isMs, isText, optional } from "../shape.ts";

/** What is to be cut off: a whole service with its credentials, or the tokens of an edge, for a target, a single one, all. */
export type WantedCut =
  | { readonly service: string }
  | { readonly caller: string; readonly target: string }
  | { readonly target: string }
  | { readonly jti: string }
  | { readonly everything: true };

/** What `POST /cuts` asks for; `dryRun` does nothing and answers a `Forecast`. */
export type CutRequest = WantedCut & { readonly dryRun?: boolean | undefined };

/** A name that stands in a request and not in the map in force. */
export interface UnknownName {
  readonly name: string;
  /** The name of the map that may be meant: at most two slips of the keyboard away. */
  readonly nearest?: string | undefined;
}

/** The check of the `notInMap` of an answer. */
export const areUnknownNames = isListOf(hasFields<UnknownName>({ name: isText, nearest: optional(isText) }));

/** A cut that is durable and published: what `POST /cuts` and `POST /blocks` answer. */
export interface CutAnswer extends Generation {
  /** A text of `endings`. */
  readonly ends: string;
  /** When it was stored, in ms since 1970. */
  readonly at: number;
  /** Those of the services named in the request; undefined while no map is in force. */
  readonly notInMap?: readonly UnknownName[] | undefined;
  /** Of a whole service: how many issued credentials ended with it. */
  readonly credentialsEnded?: number | undefined;
  /** Of an edge: whether the map in force lets its caller have new tokens. */
  readonly mapAllows?: boolean | undefined;
}

/** The checks of the fields of a {@link CutAnswer}, for answers that have more. */
export const fieldsOfCut = {
  epoch: isCount,
  number: isCount,
  ends: isText,
  at: isMs,
  notInMap: optional(areUnknownNames),
  credentialsEnded: optional(isCount),
  mapAllows: optional(isFlag),
} as const;

export const isCutAnswer = hasFields<CutAnswer>(fieldsOfCut);
