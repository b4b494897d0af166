import { createPublicKey, type KeyObject } from "node:crypto";
import { cutoffsAudience, issuerName } from "@meshpass/protocol";
import { createAcceptToken } from "../accept-token.ts";
import { checkTimes } from "../claims.ts";
import type { Keys } from "../keys.ts";
import { VerifierError } from "../verifier-error.ts";

/** A key that may sign the feed, and until when. */
export interface FeedKey {
  /** The certificate itself. */
  readonly certificate: string;
  /** The key's text, which is its `kid` too. */
  readonly kid: string;
  readonly publicKey: KeyObject;
  /** Of the certificate, in seconds since 1970. */
  readonly issuedAt: number;
  /** Whether the certificate still stands: it has not expired at `now` (seconds since 1970) and its key is published. */
  readonly holds: (now: number) => boolean;
}

/**
 * Reads certificates of feed keys, by the same acceptance rule as every token: a static key of the core, audience and
 * subject exactly, at most 24 h. The result rejects with VerifierError `feed_certificate_refused`, whose message names
 * the rule that was broken.
 */
export function createCertificateReader(keys: Keys, clock: () => number): (text: string) => Promise<FeedKey> {
  const rules = { issuers: [issuerName], audience: cutoffsAudience, kind: "feed-key", keys, clock } as const;
  const { accept } = createAcceptToken({ ...rules, cacheSize: 0 });

  return async (certificate) => {
    try {
      const { claims, kid, issuedAt } = await accept(certificate);
      const holds = (now: number) => checkTimes(claims, now) === undefined && keys.has(kid);
      return { certificate, ...readFeedKey(claims.feed_key), issuedAt, holds };
    } catch (error) {
      throw error instanceof VerifierError ? new VerifierError("feed_certificate_refused", error.reason) : error;
    }
  };
}

function readFeedKey(text: unknown): Pick<FeedKey, "kid" | "publicKey"> {
  const isKey = typeof text === "string" && /^[\w-]{43}$/.test(text);
  if (!isKey || Buffer.from(text, "base64url").toString("base64url") !== text)
    throw new VerifierError("wrong_feed_key");
  return { kid: text, publicKey: createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: text }, format: "jwk" }) };
}
