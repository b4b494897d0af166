import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Cut } from "@meshpass/protocol";
import { firstHash, nextHash } from "../../src/feed.ts";
import { createSigningKey, encode, type Json, now, type SigningKey, signToken } from "../fake-issuer.ts";

/** The core's static key, which certifies feed keys. */
export const coreKey = createSigningKey("s-core");

/** A key of the feed: `text` is both `feed_key` and `kid`. */
export interface FakeFeedKey {
  readonly text: string;
  readonly privateKey: KeyObject;
}

export function createFeedKey(): FakeFeedKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return { text: publicKey.export({ format: "jwk" }).x as string, privateKey };
}

export const certificateClaims = (key: FakeFeedKey): Json => ({
  iss: "auth-server",
  sub: "auth-server",
  aud: "meshpass:cutoffs",
  iat: now - 60,
  exp: now + 86_340,
  jti: "certificate-1",
  token_use: "feed-key",
  feed_key: key.text,
});

export const certify = (key: FakeFeedKey, changes: Json = {}, signer: SigningKey = coreKey): string =>
  signToken(signer, { ...certificateClaims(key), ...changes });

export const envelopeHeader = (key: FakeFeedKey): Json => ({ alg: "EdDSA", typ: "cutoffs+jwt", kid: key.text });

export function signEnvelope(key: FakeFeedKey, payload: unknown, header: unknown = envelopeHeader(key)): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${sign(null, Buffer.from(input), key.privateKey).toString("base64url")}`;
}

export const certificateEvent = (data: string) => ({ type: "certificate", data });
export const envelopeEvent = (data: string) => ({ type: "envelope", data });

/** An auth server's side of the feed: cuts, running hash, envelopes with the time of `clock` (ms). */
export class FakeFeed {
  readonly key = createFeedKey();
  readonly cuts: Cut[] = [];
  epoch = 1;
  keysMark = "keys-1";
  /** The text of the last envelope. */
  last = "";
  readonly #clock: () => number;
  #iat = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Of the last envelope. */
  get lastIat(): number {
    return this.#iat;
  }

  get head(): number {
    return this.cuts.length;
  }

  hashAt(head: number): string {
    return this.cuts.slice(0, head).reduce(nextHash, firstHash(this.epoch));
  }

  certificate(changes: Json = {}, signer?: SigningKey): string {
    const iat = Math.floor(this.#clock() / 1_000);
    return certify(this.key, { iat, exp: iat + 86_400, ...changes }, signer);
  }

  /** Notes a cut without sending it. */
  add(ends: string): Cut {
    const cut = { number: this.head + 1, ends };
    this.cuts.push(cut);
    return cut;
  }

  payload(changes: Json = {}): Json {
    // Two envelopes of one moment are still one after the other.
    const iat = Math.max(this.#clock() / 1_000, this.#iat + 0.001);
    this.#iat = iat;
    const { epoch, head, keysMark: keys } = this;
    return { aud: "meshpass:cutoffs", epoch, head, hash: this.hashAt(head), iat, exp: iat + 2, keys, ...changes };
  }

  snapshot(changes: Json = {}): string {
    return this.#sign({ cuts: this.cuts, ...changes });
  }

  /** All cuts after `after`; a heartbeat where there are none. */
  delta(after: number = this.head, changes: Json = {}): string {
    return this.#sign({ after, cuts: this.cuts.slice(after), ...changes });
  }

  #sign(changes: Json): string {
    this.last = signEnvelope(this.key, this.payload(changes));
    return this.last;
  }

  /** Cuts, and gives the delta that says so. */
  cut(ends: string): string {
    const { number } = this.add(ends);
    return this.delta(number - 1);
  }
}
