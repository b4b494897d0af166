/** The time that stands in envelopes, in seconds since 1970, to the millisecond. */
export interface FeedTime {
  /** Later than the time before, always. */
  next(): number;
}

/** A wall clock that differs by more than this from what it was plus the time that passed was set, in ms. */
const stepMs = 1_000;

/**
 * Time that never goes back and never jumps, as receivers need it to tell how old an envelope is: the wall clock at the
 * start, then the monotonic one. When the wall clock was set, `onStep` is told and time starts anew from there:
 * who listens must let go of its receivers, so that they start anew as well.
 *
 * `clock` gives ms since 1970, `monotonic` ms since whenever.
 */
export function createFeedTime(clock: () => number, monotonic: () => number, onStep: () => void): FeedTime {
  let base = clock() - monotonic();
  let last = 0;
  return {
    next: () => {
      if (Math.abs(clock() - monotonic() - base) > stepMs) {
        base = clock() - monotonic();
        last = 0;
        onStep();
      }
      last = Math.max(last + 1, Math.round(base + monotonic()));
      return last / 1_000;
    },
  };
}
