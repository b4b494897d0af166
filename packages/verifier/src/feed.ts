/** What who writes the feed of cuts shares with who reads it: pure, so that a worker that needs it loads nothing else. */
export { isOfKey } from "./cutoffs/endings-of.ts";
export { firstHash, nextHash } from "./cutoffs/feed-hash.ts";
