/** More than this one process could hardly give their heartbeats in time. */
const mostStreams = 20_000;

/** A fifth of the files that may be open stays for requests, the store and the core. */
const shareOfFiles = 0.8;

/** How many streams of the feed a process may have open that may have `openFiles` files; undefined where that is not known. */
export const streamsFor = (openFiles = Number.POSITIVE_INFINITY): number =>
  Math.min(mostStreams, Math.floor(openFiles * shareOfFiles));
