import { type Rate, takeToken } from "./token-bucket.ts";

/** Takes a token from the bucket of `key` at `now` (ms): how long to wait for one, in ms; 0 where one was taken. */
export type TakeToken = (key: string, now: number) => number;

/**
 * A bucket for each key, for keys that were proven. It remembers at least the last 50,000 of them, which takes some 10 MB at
 * most: two generations of that many, of which the older one is dropped when the younger one is full.
 */
export function createClientBuckets(rate: Rate, generation = 50_000): TakeToken {
  let young = new Map<string, number>();
  let old = new Map<string, number>();
  return (key, now) => {
    const { fullAt, waitMs } = takeToken(rate, young.get(key) ?? old.get(key) ?? 0, now);
    if (young.size >= generation && !young.has(key)) [old, young] = [young, new Map()];
    young.set(key, fullAt);
    return waitMs;
  };
}
