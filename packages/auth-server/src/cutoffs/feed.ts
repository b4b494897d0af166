import {
  type Cut,
  type CutoffsAnswer,
  type CutoffsEnvelope,
  cutoffsAudience,
  envelopeLifetimeSeconds,
  type Generation,
} from "@meshpass/protocol";
import type { CutLog } from "./cut-log.ts";
import type { FeedKey } from "./feed-key.ts";
import type { FeedTime } from "./feed-time.ts";

/** One event of the stream, as text for the wire. */
type Send = (event: string) => void;

export interface Subscription {
  /** Where the receiver has read to, if it says so. */
  readonly from: Generation | undefined;
  /** A heartbeat every so many ticks. */
  readonly everyTicks: number;
  readonly send: Send;
  /** Ends the stream; the receiver comes back by itself. */
  readonly end: () => void;
}

/** The cut-off feed as receivers see it. */
export interface Feed {
  /** What is sent to who asks once; undefined while there is no certificate. */
  answer(): CutoffsAnswer | undefined;
  /** Sends the certificate, then a snapshot or what is missing, then everything that comes. Gives the function that ends it. */
  subscribe(subscription: Subscription): () => void;
  /** Shows `certificate` from now on. */
  certify(certificate: string): void;
  certificate(): string | undefined;
  subscribers(): number;
  /** A heartbeat for those that are due. To be called four times a second. */
  tick(): void;
  /** A heartbeat for all, at once: the published keys have changed, and tokens of a new one are on their way. */
  tellKeysChanged(): void;
  /** Ends every stream: receivers come back, and start anew. */
  endStreams(): void;
  /** Ends every stream for good. */
  close(): void;
}

export interface FeedOptions {
  readonly log: Pick<CutLog, "head" | "live" | "after" | "onAppend">;
  readonly key: FeedKey;
  readonly time: FeedTime;
  /** Changes whenever the published JWKS does. */
  readonly keysMark: () => string;
}

/**
 * Signs each envelope once, for however many receivers. One that comes back gets what it has missed, or a snapshot where
 * that is no longer known.
 */
export function createFeed({ log, key, time, keysMark }: FeedOptions): Feed {
  const subscriptions = new Set<Subscription>();
  let shown: string | undefined;
  let snapshot: string | undefined;
  let sent = log.head();
  let ticks = 0;

  const sign = (cuts: readonly Cut[], after?: number): string => {
    const { epoch, number, hash } = log.head();
    const iat = time.next();
    const position = { aud: cutoffsAudience, epoch, head: number, hash } as const;
    const envelope: CutoffsEnvelope = {
      ...position,
      ...(after === undefined ? {} : { after }),
      cuts,
      iat,
      exp: iat + envelopeLifetimeSeconds,
      keys: keysMark(),
    };
    return key.sign(envelope);
  };
  // For all who come between two ticks: it may be large, and they may be thousands.
  const signSnapshot = (): string => {
    snapshot ??= sign(log.live());
    return snapshot;
  };
  const envelopeEvent = (jws: string): string => {
    const { epoch, number } = log.head();
    return `id: ${epoch}.${number}\nevent: envelope\ndata: ${jws}\n\n`;
  };
  const missingSince = ({ epoch, number }: Generation): readonly Cut[] | undefined =>
    epoch === log.head().epoch ? log.after(number) : undefined;
  const signFirst = (from: Generation | undefined): string => {
    const missing = from === undefined ? undefined : missingSince(from);
    return missing === undefined ? signSnapshot() : sign(missing, from?.number);
  };
  const broadcast = (event: string, to: Iterable<Subscription> = [...subscriptions]): void => {
    for (const { send } of to) send(event);
  };
  const beat = (due: readonly Subscription[]): void => {
    snapshot = undefined;
    if (due.length > 0) broadcast(envelopeEvent(sign([], log.head().number)), due);
  };
  const endStreams = (): void => {
    for (const subscription of [...subscriptions]) {
      subscriptions.delete(subscription);
      subscription.end();
    }
  };

  const stopListening = log.onAppend(() => {
    snapshot = undefined;
    const missing = missingSince(sent);
    if (missing === undefined) endStreams();
    else if (subscriptions.size > 0) broadcast(envelopeEvent(sign(missing, sent.number)));
    sent = log.head();
  });

  return {
    answer: () => (shown === undefined ? undefined : { certificate: shown, envelope: signSnapshot() }),
    subscribe: (subscription) => {
      if (shown !== undefined) subscription.send(certificateEvent(shown));
      subscription.send(envelopeEvent(signFirst(subscription.from)));
      subscriptions.add(subscription);
      return () => void subscriptions.delete(subscription);
    },
    certify: (certificate) => {
      shown = certificate;
      broadcast(certificateEvent(certificate));
    },
    certificate: () => shown,
    subscribers: () => subscriptions.size,
    tick: () => {
      ticks += 1;
      beat([...subscriptions].filter(({ everyTicks }) => ticks % everyTicks === 0));
    },
    tellKeysChanged: () => beat([...subscriptions]),
    endStreams,
    close: () => {
      stopListening();
      endStreams();
    },
  };
}

const certificateEvent = (certificate: string): string => `event: certificate\ndata: ${certificate}\n\n`;
