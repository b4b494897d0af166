/** Which proofs were used in the time in which they are good. */
export interface ProofReplays {
  /**
   * Takes note of a proof of `key` that is good until `endsAt` (seconds since 1970). `replayed` if it was noted before, `full`
   * if so many are alive, of this key or in all, that this one cannot be remembered: neither may be accepted.
   */
  note(key: string, jti: string, times: { readonly endsAt: number; readonly now: number }): "new" | "replayed" | "full";
}

type Proofs = Map<string, Set<string>>;

/** So much of all places one key may take. */
const shareOfKey = 0.1;

/**
 * Remembers at most `size` proofs. Two generations, each for as long as a proof can be good at most (`lifeSeconds`), so that
 * nothing has to be looked for that has ended.
 */
export function createProofReplays(size: number, lifeSeconds: number): ProofReplays {
  const mostOfKey = Math.max(1, Math.floor(size * shareOfKey));
  let young: Proofs = new Map();
  let old: Proofs = new Map();
  let [youngCount, oldCount] = [0, 0];
  let youngUntil = 0;

  const turn = (now: number): void => {
    // After two lives without any proof the old generation has ended, too.
    const isOver = now >= youngUntil + lifeSeconds;
    [old, oldCount] = isOver ? [new Map(), 0] : [young, youngCount];
    [young, youngCount] = [new Map(), 0];
    youngUntil = now + lifeSeconds;
  };
  return {
    note: (key, jti, { endsAt, now }) => {
      if (now >= youngUntil) turn(now);
      const [mine, before] = [young.get(key), old.get(key)];
      if (mine?.has(jti) || before?.has(jti)) return "replayed";
      const isCrowded = (mine?.size ?? 0) + (before?.size ?? 0) >= mostOfKey;
      if (isCrowded || youngCount + oldCount >= size || endsAt > youngUntil + lifeSeconds) return "full";
      young.set(key, (mine ?? new Set()).add(jti));
      youngCount += 1;
      return "new";
    },
  };
}
