/**
 * The wall clock, in ms since 1970, but never further on than by the time that passed since this was made: what is
 * forgotten for good by it is not forgotten too early by a clock that was set ahead. A clock that was ahead already then is
 * believed.
 *
 * `clock` gives ms since 1970, `monotonic` ms since whenever.
 */
export function createPassedTime(clock: () => number, monotonic: () => number): () => number {
  const base = clock() - monotonic();
  return () => Math.min(clock(), base + monotonic());
}
