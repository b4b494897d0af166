import type { Generation } from "@meshpass/protocol";
import type { Timers } from "../timers.ts";
import { VerifierError } from "../verifier-error.ts";
import { createAlarm } from "./create-alarm.ts";
import type { FedCutoffs } from "./create-cutoffs.ts";
import { createEventReader } from "./event-reader.ts";
import type { Taken } from "./feed-reader.ts";
import type { OpenFeed } from "./open-feed.ts";

interface Following {
  readonly open: OpenFeed;
  readonly cutoffs: Pick<FedCutoffs, "connect" | "take" | "place">;
  /** Before each connection but the first: gets what it will need, and does not reject. */
  readonly prepare: () => Promise<void>;
  /** After each event that was not refused. */
  readonly onTaken: (taken: Taken) => void;
  readonly onFailure: (error: VerifierError) => void;
  readonly monotonic: () => number;
  readonly random: () => number;
  readonly timers: Timers;
}

/** A feed that is followed. */
export interface FollowedFeed {
  /** Opens another connection in place of this one; at most once a minute, since where that does not help it never will. */
  renew(): void;
  stop(): void;
}

/** Without an envelope for so long a connection is worth nothing, in ms. */
const silenceMs = 5_000;
const firstPauseMs = 100;
const longestPauseMs = 5_000;
const renewalMs = 60_000;

/**
 * Follows a feed, connection after connection, until it is stopped. A connection that breaks, or brings what is refused,
 * is reported and dropped, and another is opened after a pause: up to 0.1 s, doubled with each failure in a row to 5 s,
 * any part of it by chance, so that many receivers do not come in step. It goes on from the last envelope that was
 * taken; after a gap it asks for a snapshot instead.
 */
export function followFeed(parts: Following): FollowedFeed {
  const { open, cutoffs, prepare, onTaken, onFailure, monotonic, random, timers } = parts;
  const pause = createAlarm(timers, () => void prepare().then(connect));
  const watch = createAlarm(timers, () => connection.abort(new VerifierError("feed_silent")));
  let connection = new AbortController();
  let stopped = false;
  let failures = 0;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let resumeFrom: Generation | undefined;

  async function read(signal: AbortSignal): Promise<never> {
    const readEvents = createEventReader();
    cutoffs.connect();
    for await (const piece of await open(resumeFrom, signal)) {
      const arrivedAt = monotonic();
      for (const event of readEvents(piece)) {
        const taken = cutoffs.take(event, arrivedAt);
        // Not awaited where it need not be: what came together is in force together.
        note(taken instanceof Promise ? await taken : taken);
      }
    }
    throw new VerifierError("feed_ended");
  }

  function note(taken: Taken): void {
    if (taken === "envelope") {
      failures = 0;
      resumeFrom = cutoffs.place();
      watch.set(silenceMs);
    }
    onTaken(taken);
  }

  async function connect(): Promise<void> {
    if (stopped) return;
    connection = new AbortController();
    watch.set(silenceMs);
    const error: unknown = await read(connection.signal).catch((cause) => cause);
    watch.clear();
    connection.abort();
    if (stopped) return;
    const failure = error instanceof VerifierError ? error : new VerifierError("feed_unreachable");
    if (failure.reason === "feed_gap") resumeFrom = undefined;
    pause.set(random() * Math.min(longestPauseMs, firstPauseMs * 2 ** failures));
    failures += 1;
    onFailure(failure);
  }

  function renew(): void {
    if (monotonic() - renewedAt < renewalMs) return;
    renewedAt = monotonic();
    connection.abort(new VerifierError("feed_unlisted"));
  }

  function stop(): void {
    stopped = true;
    pause.clear();
    watch.clear();
    connection.abort();
  }

  void connect();
  return { renew, stop };
}
