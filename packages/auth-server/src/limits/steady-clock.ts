export interface Clocks {
  /** ms since 1970. */
  readonly clock: () => number;
  /** ms since whenever, never set back. */
  readonly monotonic: () => number;
}

/**
 * Seconds since 1970, which are never set back: while `clock` is behind what was seen of it, or gives no number, they go on
 * at the pace of `monotonic`. They begin no earlier than `notBefore`.
 */
export function createSteadyClock({ clock, monotonic }: Clocks, notBefore: number): () => number {
  let seen = { ms: notBefore * 1_000, at: monotonic() };
  return () => {
    const at = monotonic();
    const goneOn = seen.ms + Math.max(0, at - seen.at);
    const now = clock();
    seen = { ms: Number.isFinite(now) && now > goneOn ? now : goneOn, at };
    return seen.ms / 1_000;
  };
}
