/** How requests prove that they are from whom the token was given to (RFC 9449). */
export interface DpopOptions {
  /** The origin at which clients reach this service, as their proofs name it. */
  readonly origin: string;
  /** How old a proof may be, in seconds: 1 to 300, default 60. */
  readonly maxAgeSeconds?: number;
  /** Whether a proof must carry a nonce of ours: it was then made in the last 10 minutes. Default false. */
  readonly requireNonce?: boolean;
  /** How many proofs are remembered, so that none is taken twice: 1 to 1,000,000, default 100,000. */
  readonly maxProofs?: number;
}

/** What is wrong with `options`, or undefined if nothing is. */
export function dpopProblem(options: DpopOptions): string | undefined {
  const { origin, maxAgeSeconds = 60, requireNonce = false, maxProofs = 100_000 } = options;
  if (!URL.canParse(origin) || new URL(origin).origin !== origin)
    return "dpop.origin must be an origin, without a path";
  if (!isCount(maxAgeSeconds, 300)) return "dpop.maxAgeSeconds must be 1 to 300";
  if (typeof requireNonce !== "boolean") return "dpop.requireNonce must be true or false";
  return isCount(maxProofs, 1_000_000) ? undefined : "dpop.maxProofs must be 1 to 1000000";
}

const isCount = (value: number, most: number): boolean => Number.isSafeInteger(value) && value >= 1 && value <= most;
