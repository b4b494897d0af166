import type { Generation, LiveTokens } from "@meshpass/protocol";

/** A token that was handed out; its end in seconds since 1970. */
export interface GrantedToken {
  readonly caller: string;
  readonly target: string;
  readonly expiresAt: number;
  /** The last cut that its decision knew of. */
  readonly generation: Generation;
}

/** What a cut would stop, as far as this process has handed it out itself. */
export interface LiveTokenLedger {
  note(token: GrantedToken): void;
  /** Those that have neither ended nor been cut, the last used first. */
  list(wanted: (edge: { readonly caller: string; readonly target: string }) => boolean): readonly LiveTokens[];
  /** Since when it notes them, in ms since 1970. */
  readonly since: number;
}

interface Options {
  /** ms since 1970. */
  readonly clock: () => number;
  /** Whether a token of that edge was cut since. */
  readonly isCut: (edge: { readonly caller: string; readonly target: string }, since: Generation) => boolean;
  /** Default 100,000; one more takes the place of the one that was silent for longest. */
  readonly maxEdges?: number;
}

/** Keeps one line for each edge. */
export function createLiveTokenLedger({ clock, isCut, maxEdges = 100_000 }: Options): LiveTokenLedger {
  const edges = new Map<string, LiveTokens & { readonly generation: Generation }>();
  const isAlive = (edge: LiveTokens & { readonly generation: Generation }): boolean =>
    edge.endsAt > clock() / 1_000 && !isCut(edge, edge.generation);
  return {
    since: clock(),
    note: ({ caller, target, expiresAt, generation }) => {
      const edge = `${caller} ${target}`;
      const known = edges.get(edge);
      const { count, endsAt } = known !== undefined && isAlive(known) ? known : { count: 0, endsAt: 0 };
      const kept = { caller, target, count: count + 1, lastAt: clock(), endsAt: Math.max(endsAt, expiresAt) };
      edges.delete(edge);
      edges.set(edge, { ...kept, generation });
      if (edges.size > maxEdges) edges.delete(edges.keys().next().value as string);
    },
    list: (wanted) =>
      [...edges.values()]
        .filter((edge) => isAlive(edge) && wanted(edge))
        .map(({ generation: _, ...tokens }) => tokens)
        .reverse(),
  };
}
