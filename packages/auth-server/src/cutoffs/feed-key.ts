import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { type CutoffsEnvelope, envelopeType } from "@meshpass/protocol";
import { readPrivateFile, writePrivateFile } from "../private-file.ts";

/** The key that signs the feed: this server's own, so that cutting works while the core is down. */
export interface FeedKey {
  /** The public key, as `feed_key` of its certificate: `x` of its JWK (RFC 8037 section 2). */
  readonly id: string;
  /** `envelope` as a compact JWS (RFC 7515), with EdDSA. */
  sign(envelope: CutoffsEnvelope): string;
}

/** What is kept of it in one file, so that a server that starts while the core is down has a feed at once. */
export interface KeptFeedKey {
  readonly key: FeedKey;
  /** The last certificate that was kept with it, good or not. */
  readonly certificate: string | undefined;
  /** Keeps `certificate` with the key. Whoever reads the file can cut everything off. */
  keep(certificate: string): Promise<void>;
}

/**
 * The feed key in the file `path`: the one that is there, or a new one. A file that holds none is written over, since a
 * new key is certified within a moment and nobody depends on the old one.
 */
export async function openFeedKey(path: string): Promise<KeptFeedKey> {
  const text = await readPrivateFile(path);
  const kept = text === undefined ? undefined : readKept(text);
  const privateKey = kept?.privateKey ?? generateKeyPairSync("ed25519").privateKey;
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const keep = (certificate: string) => writePrivateFile(path, `${JSON.stringify({ privateKey: pem, certificate })}\n`);
  return { key: createFeedKey(privateKey), certificate: kept?.certificate, keep };
}

export function createFeedKey(privateKey: KeyObject): FeedKey {
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  const id = x as string;
  const header = encode({ alg: "EdDSA", typ: envelopeType, kid: id });
  return {
    id,
    // Synchronous: 40 us once a second, and envelopes leave in the order in which they were signed.
    sign: (envelope) => {
      const input = `${header}.${encode(envelope)}`;
      return `${input}.${sign(null, Buffer.from(input), privateKey).toString("base64url")}`;
    },
  };
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

function readKept(text: string): { readonly privateKey: KeyObject; readonly certificate: string } | undefined {
  try {
    const { privateKey, certificate } = JSON.parse(text) as { privateKey: string; certificate: string };
    const key = createPrivateKey(privateKey);
    return key.asymmetricKeyType === "ed25519" && typeof certificate === "string"
      ? { privateKey: key, certificate }
      : undefined;
  } catch {
    return undefined;
  }
}
