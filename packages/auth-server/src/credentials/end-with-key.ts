/** What may have ended with the key that signed it. */
interface Signed {
  readonly keyWithdrawnAt?: number | undefined;
}

/**
 * `credentials`, those that ended with their key marked so. Which key signed one is not kept: a core signs credentials with
 * one static key at a time, so what was there (`since`) before one was withdrawn (`ends`, both in seconds since 1970) was
 * signed by that one or an earlier one. What was made within the same second counts as made after it, as development
 * credentials are.
 */
export const endWithKey = <T extends Signed>(
  credentials: readonly T[],
  since: (credential: T) => number,
  ends: readonly number[],
): readonly T[] =>
  credentials.map((credential) => {
    const end = ends.find((at) => since(credential) < at);
    return end === undefined ? credential : { ...credential, keyWithdrawnAt: end };
  });
