import type { Quota } from "@meshpass/policy";

/** The windows of a quota, which begin with the hour and with the day in UTC. */
export const bucketNames = ["per_hour", "per_day"] as const;
export type BucketName = (typeof bucketNames)[number];

export const windowSeconds: Readonly<Record<BucketName, number>> = { per_hour: 3_600, per_day: 86_400 };

/** How many tokens one client was given in one window. Times are seconds since 1970. */
export interface WindowCount {
  readonly bucket: BucketName;
  readonly startsAt: number;
  tokens: number;
  /** The highest percentage of its quota that was logged. */
  warnedOf: number;
}

/** How a client stands with one bucket of its quota. */
export interface Standing {
  readonly bucket: BucketName;
  readonly quota: number;
  readonly remaining: number;
  /** When the next window begins, in seconds since 1970. */
  readonly resetAt: number;
}

/** When the window began in which `now` is. */
export const windowStart = (bucket: BucketName, now: number): number => now - (now % windowSeconds[bucket]);

/** `count` while its window lasts, else an empty one of the window in which `now` is. */
export function currentWindow(bucket: BucketName, count: WindowCount | undefined, now: number): WindowCount {
  const startsAt = windowStart(bucket, now);
  return count !== undefined && count.startsAt >= startsAt ? count : { bucket, startsAt, tokens: 0, warnedOf: 0 };
}

/** What of `quota` limits `bucket`. */
export const quotaFor = (bucket: BucketName, { perHour, perDay }: Quota): number | undefined =>
  bucket === "per_hour" ? perHour : perDay;

/** How it stands with those of `counts` that `quota` limits. */
export const standingsOf = (counts: readonly WindowCount[], quota: Quota): readonly Standing[] =>
  counts.flatMap(({ bucket, startsAt, tokens }) => {
    const limit = quotaFor(bucket, quota);
    const resetAt = startsAt + windowSeconds[bucket];
    return limit === undefined ? [] : [{ bucket, quota: limit, remaining: Math.max(0, limit - tokens), resetAt }];
  });

const percentages = [100, 80, 60] as const;

/** The highest of the percentages that are worth a line which `tokens` are of `quota`; 0 for none. */
export const percentReached = (tokens: number, quota: number): number =>
  percentages.find((percent) => tokens * 100 >= quota * percent) ?? 0;
