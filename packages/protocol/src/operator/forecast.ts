import { hasFields, isCount, isListOf, isMs, isOneOf, isSeconds, isText, optional } from "../shape.ts";
import { areUnknownNames, type UnknownName } from "./cuts.ts";

/** The tokens of one edge that may be alive: who asked for them can still show them. */
export interface LiveTokens {
  readonly caller: string;
  readonly target: string;
  /** Who called before on the way there, the first one first, of delegated tokens. */
  readonly before?: readonly string[];
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
   * How far one was looked for that was not found: in every decision from which a token can be alive, in the newest ones only
   * since there are too many, or not to any avail since they cannot be read.
   */
  readonly looked: "everywhere" | "newest" | "nowhere";
}

/** What a cut would end, as `POST /cuts` answers to `dryRun`. */
export interface Forecast {
  /** By what the auth server handed out since it started; a single token by the record of decisions. */
  readonly wouldEnd: readonly LiveTokens[];
  /** How many credentials would end. */
  readonly credentials: number;
  /** Since when tokens are counted, in ms since 1970. */
  readonly since: number;
  /** Those of the services named in the request; undefined while no map is in force. */
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
    hasFields<LiveTokens>({
      ...{ caller: isText, target: isText, before: optional(isListOf(isText)) },
      ...{ count: isCount, lastAt: isMs, endsAt: isSeconds },
    }),
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
