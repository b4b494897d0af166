import { type CutoffsAnswer, envelopePacesMs, type Generation } from "@meshpass/protocol";
import type { CutLog } from "./cut-log.ts";
import { createEnvelopeSigner, type EnvelopeSignerOptions } from "./sign-envelopes.ts";

/** How often {@link Feed.tick} is called, in ms: the pace of who asks for the closest one. */
export const tickMs = envelopePacesMs.close;

/** One event of the stream, as text for the wire. */
type Send = (event: string) => void;

export interface Subscription {
  /** Whose credential the stream was opened with; undefined for everybody else. */
  readonly service: string | undefined;
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
  /** A heartbeat for those that are due. To be called each {@link tickMs}. */
  tick(): void;
  /** A heartbeat for all, at once: the published keys have changed, and tokens of a new one are on their way. */
  tellKeysChanged(): void;
  /** Ends every stream: receivers come back, and start anew. */
  endStreams(): void;
  /** Ends the streams of this service: who comes back has a place of its own only with a credential that is good now. */
  endStreamsOf(service: string): void;
  /** Ends every stream for good. */
  close(): void;
}

export interface FeedOptions extends EnvelopeSignerOptions {
  readonly cutLog: EnvelopeSignerOptions["cutLog"] & Pick<CutLog, "onAppend">;
}

/**
 * Signs each envelope once, for however many receivers. One that comes back gets what it has missed, or a snapshot where
 * that is no longer known, or where many come back from many places at once.
 */
export function createFeed(options: FeedOptions): Feed {
  const { cutLog } = options;
  const envelopes = createEnvelopeSigner(options);
  const subscriptions = new Set<Subscription>();
  let shown: string | undefined;
  let sent = cutLog.head();
  let ticks = 0;
  let closed = false;

  const envelopeEvent = (jws: string): string => {
    const { epoch, number } = cutLog.head();
    return `id: ${epoch}.${number}\nevent: envelope\ndata: ${jws}\n\n`;
  };
  const broadcast = (event: string, to: Iterable<Subscription> = [...subscriptions]): void => {
    for (const { send } of to) send(event);
  };
  const beat = (due: readonly Subscription[]): void => {
    envelopes.forget();
    if (due.length > 0) broadcast(envelopeEvent(envelopes.heartbeat()), due);
  };
  const end = (ended: readonly Subscription[]): void => {
    for (const subscription of ended) {
      subscriptions.delete(subscription);
      subscription.end();
    }
  };
  const endStreams = (): void => end([...subscriptions]);
  const sendNews = (): void => {
    const news = envelopes.since(sent);
    if (news === undefined) endStreams();
    else broadcast(envelopeEvent(news));
  };
  const stopListening = cutLog.onAppend(() => {
    envelopes.forget();
    if (subscriptions.size > 0) sendNews();
    sent = cutLog.head();
  });

  return {
    answer: () => (shown === undefined ? undefined : { certificate: shown, envelope: envelopes.snapshot() }),
    subscribe: (subscription) => {
      const { from, send } = subscription;
      if (shown !== undefined) send(certificateEvent(shown));
      send(envelopeEvent((from && envelopes.resumption(from)) ?? envelopes.snapshot()));
      if (closed) subscription.end();
      else subscriptions.add(subscription);
      return () => void subscriptions.delete(subscription);
    },
    certify: (certificate) => {
      shown = certificate;
      broadcast(certificateEvent(certificate));
    },
    certificate: () => shown,
    tick: () => {
      ticks += 1;
      beat([...subscriptions].filter(({ everyTicks }) => ticks % everyTicks === 0));
    },
    tellKeysChanged: () => beat([...subscriptions]),
    endStreams,
    endStreamsOf: (service) => end([...subscriptions].filter((subscription) => subscription.service === service)),
    close: () => {
      closed = true;
      stopListening();
      endStreams();
    },
  };
}

const certificateEvent = (certificate: string): string => `event: certificate\ndata: ${certificate}\n\n`;
