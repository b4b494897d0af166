/** Which proofs were used in the time in which they are good. */
export interface ProofReplays {
  /**
   * Takes note of a proof that is good until `endsAt` (seconds since 1970). `replayed` if it was noted before, `full` if so
   * many are alive that this one cannot be remembered: neither may be accepted.
   */
  note(id: string, endsAt: number, now: number): "new" | "replayed" | "full";
}

/**
 * Remembers at most `size` proofs. Two generations, each for as long as a proof can be good at most (`lifeSeconds`), so that
 * nothing has to be looked for that has ended.
 */
export function createProofReplays(size: number, lifeSeconds: number): ProofReplays {
  let young = new Set<string>();
  let old = new Set<string>();
  let youngUntil = 0;
  return {
    note: (id, endsAt, now) => {
      if (now >= youngUntil) {
        // After two lives without any proof the old generation has ended, too.
        old = now >= youngUntil + lifeSeconds ? new Set() : young;
        young = new Set();
        youngUntil = now + lifeSeconds;
      }
      if (young.has(id) || old.has(id)) return "replayed";
      if (endsAt > youngUntil + lifeSeconds || young.size + old.size >= size) return "full";
      young.add(id);
      return "new";
    },
  };
}
