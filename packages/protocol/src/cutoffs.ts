import { serviceNameGrammar } from "./service-name.ts";
import { kidGrammar } from "./token-ids.ts";
import { type CommonClaims, clockToleranceSeconds, longestAccessLifetimeSeconds } from "./tokens.ts";

/** `aud` of an envelope of the feed, and of the certificate of the key that signs it. */
export const cutoffsAudience = "meshpass:cutoffs";

/** `typ` in the header of an envelope, so that it passes for no token; its `alg` is EdDSA, with Ed25519. */
export const envelopeType = "cutoffs+jwt";

/**
 * One entry of the cut-off feed. It ends every token that it names and whose `gen` is older than the cut; one of a key
 * ends every token of that key, whatever its `gen`, since who has the key writes what he likes there.
 */
export interface Cut {
  /** From 1, without gaps within an epoch. */
  readonly number: number;
  /** What it ends: a text of {@link endings}. */
  readonly ends: string;
}

/** What a cut can end, as texts that a receiver looks up as they are. `sha256` is of the jti, in base64url (43 characters). */
export const endings = {
  edge: (caller: string, target: string) => `edge ${caller} ${target}`,
  caller: (caller: string) => `caller ${caller}`,
  target: (target: string) => `target ${target}`,
  jti: (sha256: string) => `jti ${sha256}`,
  kid: (kid: string) => `kid ${kid}`,
  everything: "all",
} as const;

const within = ({ source }: RegExp): string => source.slice(1, -1);
const [name, kid] = [within(serviceNameGrammar), within(kidGrammar)];
/** What every text of {@link endings} matches. */
export const endingGrammar = new RegExp(
  `^(edge ${name} ${name}|(caller|target) ${name}|jti [\\w-]{43}|kid ${kid}|all)$`,
);

/** After this nothing that a cut can match is alive, in seconds: the longest life, and the tolerance for clocks at both ends. */
export const cutLifeSeconds = longestAccessLifetimeSeconds + 2 * clockToleranceSeconds;

/** Whether `value` is a text of {@link endings}. */
export const isEnding = (value: unknown): value is string => typeof value === "string" && endingGrammar.test(value);

/** A place in the feed: the last cut that was taken into account. A lost store starts a higher epoch. */
export interface Generation {
  readonly epoch: number;
  readonly number: number;
}

/** The claim `gen` of an access token: `<epoch>.<number>`. */
export const formatGeneration = ({ epoch, number }: Generation): string => `${epoch}.${number}`;

/** What {@link formatGeneration} wrote, or undefined if `value` is nothing that it writes. */
export function parseGeneration(value: unknown): Generation | undefined {
  if (typeof value !== "string" || !/^(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})$/.test(value)) return undefined;
  const [epoch, number] = value.split(".").map(Number) as [number, number];
  return { epoch, number };
}

/** Whether `a` comes before `b`. */
export const isOlder = (a: Generation, b: Generation): boolean =>
  a.epoch === b.epoch ? a.number < b.number : a.epoch < b.epoch;

/** The certificate of a feed key: a core's static key says that this Ed25519 key signs the feed. */
export type FeedKeyClaims = CommonClaims<"feed-key"> & {
  /** The public key: `x` of its JWK (RFC 8037 section 2), 43 characters of base64url. */
  readonly feed_key: string;
};

/** What an envelope of the feed says, as the payload of a JWS (RFC 7515); times in seconds since 1970, with fractions. */
export interface CutoffsEnvelope {
  readonly aud: typeof cutoffsAudience;
  readonly epoch: number;
  /** The number of the last cut; 0 where there is none yet. */
  readonly head: number;
  /** The running hash at the head: 43 characters of base64url. */
  readonly hash: string;
  /**
   * The cuts after this number up to the head, without gaps, are in `cuts`. Missing in a snapshot, whose `cuts` are all
   * that can still match a token, ascending.
   */
  readonly after?: number;
  readonly cuts: readonly Cut[];
  readonly iat: number;
  readonly exp: number;
  /** Changes whenever the published JWKS does: a sign to load it. */
  readonly keys: string;
}

/** An envelope is good for so long, in seconds, besides the tolerance for clocks. */
export const envelopeLifetimeSeconds = 2;

/** `GET /cutoffs` without `Accept: text/event-stream`. */
export interface CutoffsAnswer {
  /** A JWT with {@link FeedKeyClaims}. */
  readonly certificate: string;
  /** A JWS of a {@link CutoffsEnvelope}, a snapshot. */
  readonly envelope: string;
}

/** How often a receiver can have envelopes, in ms; the slower one unless it asks: `GET /cutoffs?every=250`. */
export const envelopePacesMs = { usual: 1_000, close: 250 } as const;

/** What everything matches that a receiver calls itself. */
export const instanceGrammar = /^[\w-]{1,64}$/;

/**
 * Whether `value` can be what a receiver calls itself for its life: 1 to 64 of `A-Z a-z 0-9 _ -`. It says so with its stream
 * (`GET /cutoffs?instance=...`) and in each confirmation.
 */
export const isInstance = (value: unknown): value is string => typeof value === "string" && instanceGrammar.test(value);

/**
 * The most that certificate and envelope of a proof may be together, in characters. A heartbeat's are about 1,600; beside
 * it all else that a confirmation can hold fits into the 16 kB that one may be.
 */
export const maxProofLength = 2_560;

/**
 * What a receiver says of itself after each step: `POST /cutoffs/confirmations`, its service's credential as Bearer. It is
 * taken of who holds a stream under this instance, opened with a credential of that service.
 */
export interface Confirmation {
  /** As {@link isInstance} says. */
  readonly instance: string;
  /** Of the verifier. */
  readonly version: string;
  /** How far it has read; 0 and 0 before its first envelope. Never further than the server, but for `ahead` and `leaving`. */
  readonly epoch: number;
  readonly head: number;
  /** The keys that it would accept now, at most 100. */
  readonly kids: readonly string[];
  /** How long ago it loaded them, in seconds; null if it has none. */
  readonly keysAgeSeconds: number | null;
  /** Its clock, in ms since 1970. */
  readonly now: number;
  /** It ends now, and is not to be waited for any more. */
  readonly leaving?: true;
  /**
   * The last envelope that it took and that is small enough, where what it knows is ahead of what the server sends, or of
   * another history: proof that the server lost some.
   */
  readonly ahead?: CutoffsAnswer;
}
