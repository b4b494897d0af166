import type { CutoffsAnswer, Generation } from "@meshpass/protocol";
import { parseJsonObject } from "../json-object.ts";
import type { Keys } from "../keys.ts";
import { createCertificateReader } from "./read-certificate.ts";
import { readEnvelope } from "./read-envelope.ts";

/**
 * How far the feed was once, by an envelope that a receiver kept: for a server that may have lost what it sent. Checks
 * certificate and envelope as a receiver does, but takes an envelope of any age.
 *
 * @throws VerifierError if it proves nothing
 */
export async function readProof(
  { certificate, envelope }: CutoffsAnswer,
  keys: Keys,
  clock: () => number,
): Promise<Generation> {
  const feedKey = await createCertificateReader(keys, clock)(certificate);
  const { epoch, head } = readEnvelope(envelope, feedKey, claimedTime(envelope));
  return { epoch, number: head };
}

/** When it says that it was signed. Believed only as the time at which everything else in it must hold. */
function claimedTime(envelope: string): number {
  const payload = parseJsonObject(Buffer.from(envelope.split(".")[1] ?? "", "base64url"));
  return typeof payload?.iat === "number" ? payload.iat : Number.NaN;
}
