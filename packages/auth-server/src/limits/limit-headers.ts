export type HeaderFields = Readonly<Record<string, string>>;

/** What a 429 tells: of how many, and when to come back (`afterSeconds`, and the same as seconds since 1970). */
export interface Limited {
  readonly limit: number;
  readonly afterSeconds: number;
  readonly resetAt: number;
}

/** The headers of a 429, by their names in small letters. Nobody is told to come back at once. */
export const limitHeaders = ({ limit, afterSeconds, resetAt }: Limited): HeaderFields => ({
  "retry-after": atLeastOne(afterSeconds),
  "x-ratelimit-limit": String(limit),
  "x-ratelimit-remaining": "0",
  "x-ratelimit-reset": atLeastOne(resetAt),
});

/** Also of what a clock gave that gives no numbers. */
const atLeastOne = (seconds: number): string => String(Math.max(1, Math.ceil(seconds) || 1));
