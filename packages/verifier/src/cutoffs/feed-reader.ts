import { type CutoffsAnswer, type CutoffsEnvelope, maxProofLength } from "@meshpass/protocol";
import type { Keys } from "../keys.ts";
import { VerifierError } from "../verifier-error.ts";
import { type FeedState, stepFeed } from "./feed-state.ts";
import { createCertificateReader, type FeedKey } from "./read-certificate.ts";
import { readEnvelope } from "./read-envelope.ts";

/** One event of the feed, as it came. */
export interface FeedEvent {
  readonly type: string;
  readonly data: string;
}

/** What became of an event: an envelope in force, a lagging replica's envelope, or something of no concern. */
export type Taken = "envelope" | "certificate" | "behind" | "nothing";

/** Reads the events of one connection after another. */
export interface FeedReader {
  /** A new connection begins. The first envelope on it needs a certificate before it. */
  connect(): void;
  /** @throws VerifierError (a promise of it where the event is a certificate) that says what was refused */
  take(event: FeedEvent, arrivedAt: number): Taken | Promise<Taken>;
  /** How far it has read, undefined before the first envelope. */
  state(): FeedState | undefined;
  /**
   * The last envelope that was taken and is small enough for a proof, as each heartbeat is, where the sender of the last one
   * of all does not know as much as this reader, or tells another history.
   */
  ahead(): CutoffsAnswer | undefined;
}

interface FeedReaderParts {
  readonly keys: Keys;
  readonly clock: () => number;
  /** Puts an envelope that is good in force; of a delta it gets the cuts that are new. */
  readonly accept: (envelope: CutoffsEnvelope, arrivedAt: number) => void;
}

/** Hands to `accept` what is certified, signed, in time, in order, and fits to what was read before; nothing else. */
export function createFeedReader({ keys, clock, accept }: FeedReaderParts): FeedReader {
  const readCertificate = createCertificateReader(keys, clock);
  let feedKey: FeedKey | undefined;
  let latestIat = Number.NEGATIVE_INFINITY;
  let state: FeedState | undefined;
  let lastSmall: CutoffsAnswer | undefined;
  let isAhead = false;

  async function takeCertificate(text: string): Promise<Taken> {
    const certified = await readCertificate(text);
    const isSuperseded = feedKey !== undefined && certified.issuedAt < feedKey.issuedAt;
    if (isSuperseded) throw new VerifierError("feed_certificate_refused", "it is older than the one before it");
    feedKey = certified;
    return "certificate";
  }

  function takeEnvelope(text: string, arrivedAt: number): Taken {
    const now = clock() / 1_000;
    if (!feedKey?.holds(now)) throw new VerifierError("feed_uncertified");
    const envelope = readEnvelope(text, feedKey, now);
    if (envelope.iat <= latestIat) throw new VerifierError("envelope_replayed");
    latestIat = envelope.iat;
    const step = stepFeed(state, envelope);
    isAhead = ["behind", "feed_went_back", "feed_forked"].includes(step.outcome);
    if (step.outcome === "behind") return "behind";
    if (step.outcome !== "taken") throw new VerifierError(step.outcome);
    state = step.state;
    if (feedKey.certificate.length + text.length <= maxProofLength)
      lastSmall = { certificate: feedKey.certificate, envelope: text };
    accept({ ...envelope, cuts: step.cuts }, arrivedAt);
    return "envelope";
  }

  return {
    connect() {
      feedKey = undefined;
      latestIat = Number.NEGATIVE_INFINITY;
    },
    take({ type, data }, arrivedAt) {
      if (type === "envelope") return takeEnvelope(data, arrivedAt);
      return type === "certificate" ? takeCertificate(data) : "nothing";
    },
    state: () => state,
    ahead: () => (isAhead ? lastSmall : undefined),
  };
}
