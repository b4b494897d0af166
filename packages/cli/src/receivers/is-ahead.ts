import { type Generation, isOlder, type Receiver } from "@meshpass/protocol";

/**
 * Whether `receiver` has read further than the auth server's feed goes. The server has lost cuts then, or somebody lies to
 * it; either way a cut of its feed says nothing to that receiver.
 */
export const isAhead = ({ epoch, head }: Receiver, feed: Generation): boolean => isOlder(feed, { epoch, number: head });
