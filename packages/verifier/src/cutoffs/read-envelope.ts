import { verify } from "node:crypto";
import { type CutoffsEnvelope, clockToleranceSeconds, envelopeType } from "@meshpass/protocol";
import { parseJsonObject } from "../json-object.ts";
import { type Refusal, VerifierError } from "../verifier-error.ts";
import { isEnvelope } from "./is-envelope.ts";
import type { FeedKey } from "./read-certificate.ts";

/** The most that one event of the feed may be, in bytes. */
export const maxEventBytes = 4_194_304;

const maxHeaderBytes = 512;

/**
 * What an envelope of the feed says, once it is known to be good at `now` (seconds since 1970): one canonical spelling,
 * a header of exactly alg, typ and kid, the key that `feedKey` certifies, its signature, a payload of exactly the shape,
 * and times that fit our clock by 5 s.
 *
 * With node:crypto rather than jose: jose goes by WebCrypto, where Ed25519 is an experiment on Node 20 and every answer
 * a promise, while all envelopes that arrived together are to be in force before the next request is looked at.
 *
 * Does not check the certificate of `feedKey`, or how the envelope fits to others.
 *
 * @throws VerifierError of code `cutoffs_unavailable`
 */
export function readEnvelope(text: string, feedKey: Pick<FeedKey, "kid" | "publicKey">, now: number): CutoffsEnvelope {
  if (text.length > maxEventBytes) throw new VerifierError("feed_too_large");
  const [header, payload, signature, ...more] = text.split(".");
  if (!header || !payload || !signature || more.length > 0) throw new VerifierError("envelope_malformed");
  checkHeader(decode(header), feedKey.kid);
  const signed = Buffer.from(`${header}.${payload}`, "latin1");
  if (!verify(null, signed, feedKey.publicKey, decode(signature))) throw new VerifierError("envelope_bad_signature");
  const envelope = parseJsonObject(decode(payload));
  if (!isEnvelope(envelope)) throw new VerifierError("envelope_malformed");
  const { iat, exp } = envelope;
  if (!(iat <= now + clockToleranceSeconds)) throw new VerifierError("envelope_from_future");
  if (!(exp >= now - clockToleranceSeconds)) throw new VerifierError("envelope_expired");
  return envelope;
}

function checkHeader(bytes: Buffer, feedKey: string): void {
  const header = bytes.length <= maxHeaderBytes ? parseJsonObject(bytes) : undefined;
  const { alg, typ, kid, ...more } = header ?? {};
  if (alg !== "EdDSA" || typ !== envelopeType || Object.keys(more).length > 0) refuse("envelope_malformed");
  if (kid !== feedKey) refuse("envelope_wrong_key");
}

function decode(part: string): Buffer {
  const bytes = Buffer.from(part, "base64url");
  return bytes.toString("base64url") === part ? bytes : refuse("envelope_malformed");
}

function refuse(reason: Refusal): never {
  throw new VerifierError(reason);
}
