import { type Generation, isOlder, type Receiver, type ReceiverList } from "@meshpass/protocol";
import { type OperatorClient, OperatorError } from "../operator-client.ts";
import type { Outside } from "../outside.ts";
import { isAhead } from "./is-ahead.ts";
import { listReceivers } from "./list-receivers.ts";

/** What a command needs that watches how a cut spreads. */
export type Watch = Pick<Outside, "operator" | "elapsedMs" | "sleep" | "progress">;

/** Which cut is waited for, and how long. */
export interface Awaited {
  readonly cut: Generation;
  /** When the request was sent, by {@link Outside.elapsedMs}. */
  readonly startedMs: number;
  /** Since `startedMs`; the auth server is asked once at least. */
  readonly waitMs: number;
}

/** Who has read a cut. */
export interface Confirmations {
  /** How many receivers there are. */
  readonly total: number;
  /** Those that have not confirmed, and those that are ahead of the feed: what they know is not what the server sends. */
  readonly missing: readonly Receiver[];
  /** How far the auth server's feed goes. */
  readonly feed: Generation;
  readonly tookMs: number;
  /** The auth server's clock, in ms since 1970. */
  readonly now: number;
}

/** Nobody knows: at the end of the wait the auth server gave no answer, for the reason that `unanswered` tells. */
export type Unanswered = { readonly unanswered: string };

const pollMs = 50;
const progressAfterMs = 500;

/** Asks the auth server until every receiver that it lists has read the cut, or the wait is over. */
export async function awaitConfirmations(watch: Watch, awaited: Awaited): Promise<Confirmations | Unanswered> {
  const { elapsedMs, sleep, progress } = watch;
  const { startedMs, waitMs } = awaited;
  try {
    for (;;) {
      const list = await listOrReason(watch.operator);
      const tookMs = elapsedMs() - startedMs;
      const state = typeof list === "string" ? { unanswered: list } : { ...countConfirmations(list, awaited), tookMs };
      if (isDone(state) || tookMs >= waitMs) return state;
      if (tookMs >= progressAfterMs) progress(describeProgress(state, tookMs));
      await sleep(Math.min(pollMs, waitMs - tookMs));
    }
  } finally {
    progress("");
  }
}

/** An auth server that restarts in the middle of a wait is asked again. */
const listOrReason = (client: OperatorClient): Promise<ReceiverList | string> =>
  listReceivers(client).catch((error: unknown) => {
    if (error instanceof OperatorError) return error.message;
    throw error;
  });

function countConfirmations({ receivers, now, epoch, number }: ReceiverList, { cut }: Awaited) {
  const feed = { epoch, number };
  const isBehind = ({ epoch, head }: Receiver): boolean => isOlder({ epoch, number: head }, cut);
  const missing = receivers.filter((receiver) => isBehind(receiver) || isAhead(receiver, feed));
  return { total: receivers.length, missing, feed, now };
}

const isDone = (state: Confirmations | Unanswered): boolean => "missing" in state && state.missing.length === 0;

function describeProgress(state: Confirmations | Unanswered, tookMs: number): string {
  const time = `${(tookMs / 1_000).toFixed(1)} s`;
  if ("unanswered" in state) return `the auth server does not answer, ${time}`;
  return `${state.total - state.missing.length} of ${state.total} receivers, ${time}`;
}
