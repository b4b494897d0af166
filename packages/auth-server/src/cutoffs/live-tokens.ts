import { callsOf, type Generation, type LiveTokens } from "@meshpass/protocol";

/** A token that was handed out; its end in seconds since 1970. */
export interface GrantedToken {
  /** Who calls whom on the way to the target, the first caller first: one, but of a delegated token. */
  readonly callers: readonly string[];
  readonly target: string;
  readonly expiresAt: number;
  /** The last cut that its decision knew of. */
  readonly generation: Generation;
}

/** Tokens that are alike: who calls whom by them, and who called before on the way there where they are delegated. */
type Way = Pick<LiveTokens, "caller" | "target" | "before">;

/** What a cut would stop, as far as this process has handed it out itself. */
export interface LiveTokenLedger {
  note(token: GrantedToken): void;
  /** Those that have neither ended nor been cut and on whose way a call is wanted, the last used first. */
  list(wanted: (edge: { readonly caller: string; readonly target: string }) => boolean): readonly LiveTokens[];
  /** Since when it notes them, in ms since 1970. */
  readonly since: number;
}

interface Options {
  /** ms since 1970. */
  readonly clock: () => number;
  /** Whether a token that goes this way was cut since. */
  readonly isCut: (way: Way, since: Generation) => boolean;
  /** Default 100,000; one more takes the place of the one that was silent for longest. */
  readonly maxEdges?: number;
}

/** What is known of one edge; it changes with each token, since a token that is handed out again costs little else. */
type Edge = { -readonly [Field in keyof LiveTokens]: LiveTokens[Field] } & { generation: Generation };

const wayOf = (callers: readonly string[], target: string): Way => {
  const [caller = "", before] = [callers.at(-1), callers.slice(0, -1)];
  return { caller, target, ...(before.length === 0 ? {} : { before }) };
};

const callsIn = ({ before = [], caller, target }: Way) =>
  callsOf([...before, caller], target).map(([from, to]) => ({ caller: from, target: to }));

/** Keeps one line for each edge, and for each way that delegated tokens go. */
export function createLiveTokenLedger({ clock, isCut, maxEdges = 100_000 }: Options): LiveTokenLedger {
  const edges = new Map<string, Edge>();
  const isAlive = (edge: Edge, now: number): boolean => edge.endsAt > now / 1_000 && !isCut(edge, edge.generation);
  /** The order of a Map is that of insertion: the edge of the last token is the last. */
  const put = (key: string, edge: Edge): void => {
    edges.delete(key);
    edges.set(key, edge);
    if (edges.size > maxEdges) edges.delete(edges.keys().next().value as string);
  };
  return {
    since: clock(),
    note: ({ callers, target, expiresAt, generation }) => {
      const key = [...callers, target].join(" ");
      const now = clock();
      const edge = edges.get(key);
      if (edge === undefined || !isAlive(edge, now)) {
        return put(key, { ...wayOf(callers, target), count: 1, lastAt: now, endsAt: expiresAt, generation });
      }
      edge.count += 1;
      edge.lastAt = now;
      edge.endsAt = Math.max(edge.endsAt, expiresAt);
      edge.generation = generation;
      put(key, edge);
    },
    list: (wanted) => {
      const now = clock();
      return [...edges.values()]
        .filter((edge) => isAlive(edge, now) && callsIn(edge).some(wanted))
        .map(({ generation: _, ...tokens }) => tokens)
        .reverse();
    },
  };
}
