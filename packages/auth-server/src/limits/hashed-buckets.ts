import { hash, randomBytes } from "node:crypto";
import type { TakeToken } from "./client-buckets.ts";
import { type Rate, takeToken } from "./token-bucket.ts";

/** Half a megabyte. */
const defaultSlots = 65_536;

/**
 * Buckets for keys that anybody can make up: as many slots as there are, and each key has the one that its hash points to.
 * Nothing is ever forgotten for want of room. Keys that meet in one slot are counted together, and which do nobody knows
 * before: the hash is salted. So it is for what may be refused a little too soon, and not for who has proven who he is.
 */
export function createHashedBuckets(rate: Rate, slots = defaultSlots): TakeToken {
  const salt = randomBytes(16).toString("hex");
  const fullAts = new Float64Array(slots);
  return (key, now) => {
    const slot = Number.parseInt(hash("sha256", salt + key).slice(0, 8), 16) % slots;
    const { fullAt, waitMs } = takeToken(rate, fullAts[slot] as number, now);
    fullAts[slot] = fullAt;
    return waitMs;
  };
}
