import { randomUUID } from "node:crypto";
import { cutoffsAudience, type FeedKeyClaims, issuerName, tokenRules } from "@meshpass/protocol";
import type { Verifier } from "@meshpass/verifier";
import { type Mint, mintToken } from "../mint/mint-token.ts";
import { isYoung, verifyKept } from "../verify-kept.ts";
import type { KeptFeedKey } from "./feed-key.ts";

export interface CertificateOptions extends Mint {
  readonly feedKey: KeptFeedKey;
  /** Of certificates, as every receiver has one. */
  readonly verifier: Verifier;
  /** ms since 1970. */
  readonly clock: () => number;
  /** The certificate that is shown now. */
  readonly current: () => string | undefined;
  /** Told of the one to show from now on. */
  readonly show: (certificate: string) => void;
}

/**
 * Makes sure that the feed key has a certificate that every receiver takes: a new one, signed by the core's static key,
 * when there is none, when the one at hand is refused (its key was withdrawn), or past half of its 24 h.
 *
 * @throws HttpError if the core is not there; the certificate at hand stays, and calling again tries again.
 */
export async function keepCertificate(options: CertificateOptions): Promise<void> {
  const { clock, feedKey, current, show } = options;
  if (await isFresh(options, current())) return;
  const iat = Math.floor(clock() / 1_000);
  const claims = {
    iss: issuerName,
    sub: issuerName,
    aud: cutoffsAudience,
    iat,
    exp: iat + tokenRules["feed-key"].defaultLifetimeSeconds,
    jti: randomUUID(),
    token_use: "feed-key",
    feed_key: feedKey.key.id,
  } satisfies FeedKeyClaims;
  const { text: certificate } = await mintToken(options, claims, "static");
  await feedKey.keep(certificate);
  show(certificate);
}

async function isFresh(options: CertificateOptions, certificate: string | undefined): Promise<boolean> {
  if (certificate === undefined) return false;
  const { verifier, clock, feedKey } = options;
  const kept = await verifyKept(verifier, certificate);
  return kept !== undefined && kept.claims.feed_key === feedKey.key.id && isYoung(kept, clock() / 1_000);
}
