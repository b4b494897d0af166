/** A clock of an auth server, in ms since 1970. */
export const now = 10_000_000;

/** A receiver that has read all and is heard of, but for what `changes` says. */
export const receiverOf = (service: string, changes: object = {}) => ({
  service,
  instance: `${service}000000-1111-2222`,
  version: "0.1.0",
  epoch: 1,
  head: 17,
  kids: ["d-1"],
  keysAgeSeconds: 5,
  lastHeardAt: now - 2_000,
  clockDifferenceMs: 200,
  live: true,
  ...changes,
});

/** What `GET /receivers` answers; the feed is at 17 of epoch 1. */
export const listOf = (...receivers: readonly object[]) => ({ epoch: 1, number: 17, now, receivers });
