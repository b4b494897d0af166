import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Nonces that show that a proof was made a moment ago (RFC 9449 section 8); nothing is kept of one. */
export interface Nonces {
  /** The one to be used now; `now` in seconds since 1970. */
  current(now: number): string;
  /** Whether it is the current one, or the one before. */
  accepts(nonce: unknown, now: number): boolean;
}

const lifeSeconds = 300;

/** Nonces under a key of this process alone: after a restart everybody is asked once more. */
export function createNonces(key: Uint8Array = randomBytes(32)): Nonces {
  const nonceOf = (period: number): string => createHmac("sha256", key).update(String(period)).digest("base64url");
  const periodAt = (now: number): number => Math.floor(now / lifeSeconds);
  return {
    current: (now) => nonceOf(periodAt(now)),
    accepts: (nonce, now) =>
      typeof nonce === "string" && [periodAt(now), periodAt(now) - 1].some((period) => isSame(nonce, nonceOf(period))),
  };
}

const isSame = (a: string, b: string): boolean =>
  Buffer.byteLength(a) === Buffer.byteLength(b) && timingSafeEqual(Buffer.from(a), Buffer.from(b));
