import type { CutoffsAnswer, Generation } from "@meshpass/protocol";
import { parseJsonObject } from "../json-object.ts";
import type { Keys } from "../keys.ts";
import { createCertificateReader } from "./read-certificate.ts";
import { readEnvelope } from "./read-envelope.ts";

/** A place at which the feed was, and the running hash there. */
type ProvenPlace = Generation & { readonly hash: string };

/**
 * How far the feed was once, by an envelope that a receiver kept: for a server that may have lost what it sent. Checks
 * certificate and envelope as a receiver does, but at the time at which the envelope says that it was signed: a store may
 * be restored days after the last envelope that it has lost.
 *
 * Does not check that time itself: who has an old feed key writes any. All that he can bring about is a cut of everything.
 *
 * @throws VerifierError if it proves nothing, which it does as well once the key of the certificate is not published
 */
export async function readProof({ certificate, envelope }: CutoffsAnswer, keys: Keys): Promise<ProvenPlace> {
  const signedAt = claimedTime(envelope);
  const feedKey = await createCertificateReader(keys, () => signedAt * 1_000)(certificate);
  const { epoch, head, hash } = readEnvelope(envelope, feedKey, signedAt);
  return { epoch, number: head, hash };
}

/** When it says that it was signed. Believed only as the time at which everything else in it must hold. */
function claimedTime(envelope: string): number {
  const payload = parseJsonObject(Buffer.from(envelope.split(".")[1] ?? "", "base64url"));
  return typeof payload?.iat === "number" ? payload.iat : Number.NaN;
}
