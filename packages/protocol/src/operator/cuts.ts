import type { Generation } from "../cutoffs.ts";
import {
  hasFields,
  isCount,
  isFlag,
  isListOf,
  isMs,
  isNumber,
  isOneOf,
  isSeconds,
  isText,
  optional,
} from "../shape.ts";

/** What is to be cut off: a whole service with its credentials, or the tokens of an edge, for a target, a single one, all. */
export type WantedCut =
  | { readonly service: string }
  | { readonly caller: string; readonly target: string }
  | { readonly target: string }
  | { readonly jti: string }
  | { readonly everything: true };

/** What `POST /cuts` asks for; `dryRun` does nothing and answers a {@link Forecast}. */
export type CutRequest = WantedCut & { readonly dryRun?: boolean | undefined };

/** A name that stands in a request and not in the map in force. */
export interface UnknownName {
  readonly name: string;
  /** The name of the map that may be meant: at most two slips of the keyboard away. */
  readonly nearest?: string | undefined;
}

const areUnknownNames = isListOf(hasFields<UnknownName>({ name: isText, nearest: optional(isText) }));

/** A cut that is durable and published: what `POST /cuts` and `POST /blocks` answer. */
export interface CutAnswer extends Generation {
  /** A text of `endings`. */
  readonly ends: string;
  /** When it was stored, in ms since 1970. */
  readonly at: number;
  /** Those of the names that were given. Undefined where none was given, or no map is in force. */
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

/** The tokens of one edge that may be alive: who asked for them can still show them. */
export interface LiveTokens {
  readonly caller: string;
  readonly target: string;
  /** How many were handed out since the oldest of them that can still be alive, at least 1. */
  readonly count: number;
  /** When the last one was handed out, in ms since 1970. */
  readonly lastAt: number;
  /** When the last of them ends, in seconds since 1970. */
  readonly endsAt: number;
}

/** A token as the decision to give it out is on record. */
export interface RecordedToken {
  readonly caller: string;
  readonly target: string;
  /** When it was decided on, in ms since 1970. */
  readonly at: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** Why it was never handed out, if it was not: the core did not sign it, or it was taken back before it left. */
  readonly outcome?: (typeof outcomes)[number] | undefined;
}

const outcomes = ["mint_failed", "withdrawn_meanwhile"] as const;

/** What the record of decisions says of one token. */
export interface RecordedSearch {
  /** Undefined if it was not found. */
  readonly token?: RecordedToken | undefined;
  /**
   * How far it was looked for: in every decision from which a token can be alive, in the newest ones only since there are too
   * many, or in none since they cannot be read.
   */
  readonly looked: "everywhere" | "newest" | "nowhere";
}

/** What a cut would end, as `POST /cuts` answers to `dryRun`. */
export interface Forecast {
  /** By what the auth server handed out since it started. */
  readonly wouldEnd: readonly LiveTokens[];
  /** How many credentials would end. */
  readonly credentials: number;
  /** Since when tokens are counted, in ms since 1970. */
  readonly since: number;
  /** As of a {@link CutAnswer}. */
  readonly notInMap?: readonly UnknownName[] | undefined;
  /** Of a single token, which is not counted: whose it is. */
  readonly recorded?: RecordedSearch | undefined;
}

const isRecordedToken = hasFields<RecordedToken>({
  caller: isText,
  target: isText,
  at: isMs,
  expiresAt: isSeconds,
  outcome: optional(isOneOf(...outcomes)),
});

export const isForecast = hasFields<Forecast>({
  wouldEnd: isListOf(
    hasFields<LiveTokens>({ caller: isText, target: isText, count: isNumber, lastAt: isMs, endsAt: isSeconds }),
  ),
  credentials: isCount,
  since: isMs,
  notInMap: optional(areUnknownNames),
  recorded: optional(
    hasFields<RecordedSearch>({
      token: optional(isRecordedToken),
      looked: isOneOf("everywhere", "newest", "nowhere"),
    }),
  ),
});
