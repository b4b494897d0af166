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
  /** All cuts that may still match a token. The same envelope for everybody until `forgetSnapshot`. */
  snapshot(): string;
  /** To be called when the feed or the time has gone on. */
  forgetSnapshot(): void;
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

export function createEnvelopeSigner({ cutLog, key, time, keysMark }: EnvelopeSignerOptions): EnvelopeSigner {
  let snapshot: string | undefined;

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

  return {
    // For all who come between two ticks: it may be large, and they may be thousands.
    snapshot: () => {
      snapshot ??= sign(cutLog.live());
      return snapshot;
    },
    forgetSnapshot: () => {
      snapshot = undefined;
    },
    since: ({ epoch, number }) => {
      const missing = epoch === cutLog.head().epoch ? cutLog.after(number) : undefined;
      return missing === undefined ? undefined : sign(missing, number);
    },
    heartbeat: () => sign([], cutLog.head().number),
  };
}
