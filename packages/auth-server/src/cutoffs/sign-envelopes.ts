import {
  type Cut,
  type CutoffsEnvelope,
  cutoffsAudience,
  envelopeLifetimeSeconds,
  type Generation,
} from "@meshpass/protocol";
import type { CutLog } from "./cut-log.ts";
import type { FeedKey } from "./feed-key.ts";
import type { FeedTime } from "./feed-time.ts";

/** Envelopes of the feed as it stands when they are asked for, as compact JWS. */
export interface EnvelopeSigner {
  /** All cuts that may still match a token. The same envelope for everybody until `forget`. */
  snapshot(): string;
  /**
   * The cuts after `place`, for who comes back: the same envelope for all who stopped there, until `forget`. Undefined
   * where they are not known any more, or where enough were signed since then: the snapshot is for everybody.
   */
  resumption(place: Generation): string | undefined;
  /** To be called when the feed or the time has gone on. */
  forget(): void;
  /** The cuts after `place`; undefined where they are not known any more. */
  since(place: Generation): string | undefined;
  /** No cuts, but the time and the head. */
  heartbeat(): string;
}

export interface EnvelopeSignerOptions {
  readonly cutLog: Pick<CutLog, "head" | "live" | "after">;
  readonly key: FeedKey;
  readonly time: FeedTime;
  /** Changes whenever the published JWKS does. */
  readonly keysMark: () => string;
}

/**
 * Signed for who comes back between one `forget` and the next: so many envelopes, with so many cuts in all. One of 10,000
 * takes 6 ms, in which nobody has a heartbeat, and anybody may ask for any.
 */
const mostResumed = { envelopes: 64, cuts: 20_000 } as const;

export function createEnvelopeSigner({ cutLog, key, time, keysMark }: EnvelopeSignerOptions): EnvelopeSigner {
  let snapshot: string | undefined;
  const resumptions = new Map<number, string>();
  let cutsResumed = 0;

  function sign(cuts: readonly Cut[], after?: number): string {
    const { epoch, number, hash } = cutLog.head();
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
  }

  const cutsSince = ({ epoch, number }: Generation): readonly Cut[] | undefined =>
    epoch === cutLog.head().epoch ? cutLog.after(number) : undefined;

  /** Those that were not signed before count, whoever wants them. */
  function resume(place: Generation): string | undefined {
    const missing = cutsSince(place);
    const isFull = resumptions.size >= mostResumed.envelopes;
    if (missing === undefined || isFull || cutsResumed + missing.length > mostResumed.cuts) return undefined;
    cutsResumed += missing.length;
    const envelope = sign(missing, place.number);
    resumptions.set(place.number, envelope);
    return envelope;
  }

  return {
    // For all who come between two ticks: it may be large, and they may be thousands.
    snapshot: () => {
      snapshot ??= sign(cutLog.live());
      return snapshot;
    },
    resumption: (place) =>
      (place.epoch === cutLog.head().epoch ? resumptions.get(place.number) : undefined) ?? resume(place),
    forget: () => {
      snapshot = undefined;
      resumptions.clear();
      cutsResumed = 0;
    },
    since: (place) => {
      const missing = cutsSince(place);
      return missing === undefined ? undefined : sign(missing, place.number);
    },
    heartbeat: () => sign([], cutLog.head().number),
  };
}
