/** The tokens of one edge that may be alive: who asked for them can still show them. */
interface LiveTokens {
  readonly caller: string;
  readonly target: string;
  /** How many were handed out since the oldest of them that can still be alive, at least 1. */
  readonly count: number;
  /** When the last one was handed out, in ms since 1970. */
  readonly lastAt: number;
  /** When the last of them ends, in seconds since 1970. */
  readonly endsAt: number;
}

/** What a cut would stop, as far as this process has handed it out itself. */
export interface LiveTokenLedger {
  note(token: { readonly caller: string; readonly target: string; readonly expiresAt: number }): void;
  /** Those that have not ended, the last used first. */
  list(wanted: (edge: { readonly caller: string; readonly target: string }) => boolean): readonly LiveTokens[];
  /** Since when it notes them, in ms since 1970. */
  readonly since: number;
}

/**
 * Keeps one line for each edge, at most `maxEdges` (default 100,000): one more takes the place of the one that was silent
 * for longest. `clock` gives ms since 1970.
 */
export function createLiveTokenLedger(clock: () => number, maxEdges = 100_000): LiveTokenLedger {
  const edges = new Map<string, LiveTokens>();
  return {
    since: clock(),
    note: ({ caller, target, expiresAt }) => {
      const edge = `${caller} ${target}`;
      const now = clock();
      const known = edges.get(edge);
      const alive = known !== undefined && known.endsAt > now / 1_000 ? known : { count: 0, endsAt: 0 };
      edges.delete(edge);
      edges.set(edge, {
        caller,
        target,
        count: alive.count + 1,
        lastAt: now,
        endsAt: Math.max(alive.endsAt, expiresAt),
      });
      if (edges.size > maxEdges) edges.delete(edges.keys().next().value as string);
    },
    list: (wanted) => {
      const now = clock() / 1_000;
      return [...edges.values()].filter((edge) => edge.endsAt > now && wanted(edge)).reverse();
    },
  };
}
