import type { Generation } from "@meshpass/protocol";
import type { Keys } from "@meshpass/verifier";
import type { TokenTimes } from "../grant/token-times.ts";
import { familyOf } from "../keys/family-of.ts";
import type { Snapshot } from "../map/map-in-force.ts";

/** An access token that was minted and checked. */
export interface MintedToken {
  readonly text: string;
  readonly jti: string;
  /** Of the key that signed it; undefined of an opaque one, which none did. */
  readonly kid: string | undefined;
  readonly times: TokenTimes;
  /** The last cut that its decision knew of. */
  readonly generation: Generation;
}

/** What is asked for, decided on this snapshot. */
export interface ReuseRequest {
  /** The jti of the credential; what a credential without one is given is never kept. */
  readonly credential: string | undefined;
  /** One text for everything that was asked for: names that are in their grammar, joined by what is in none. */
  readonly request: string;
  readonly snapshot: Snapshot;
  /** Those that a token minted now would have. */
  readonly times: TokenTimes;
}

/** Tokens that may be handed out again to whoever asks for the same with the same credential. */
export interface ReusableTokens {
  /** One with more than half of its life left, that would not end later if it were minted now, under a published key. */
  find(wanted: ReuseRequest): MintedToken | undefined;
  /**
   * Keeps a token that was asked of the core when `version` was what it gave; nothing if it was cleared since: what came in
   * between may not hold for a token that was under way.
   */
  keep(wanted: ReuseRequest, token: MintedToken, version: number): void;
  /** Another number after each time that it was cleared. */
  version(): number;
  /** To be called on every cut and every change of the keys. */
  clear(): void;
}

type TokensByCredential = Map<string, Map<string, MintedToken>>;

/**
 * Keeps at most `size` tokens (default 50,000, some 60 MB), of one snapshot and one signing key of each family: with
 * the next one of either everything is dropped. Two generations of half the size, as in the verifier's memory of tokens,
 * so that one that is too small costs two look-ups and one insertion.
 *
 * Does not check cuts, the credential or the map: whoever hands a token out judges it again.
 */
export function createReusableTokens(keys: Pick<Keys, "has">, size = 50_000): ReusableTokens {
  const half = Math.floor(size / 2);
  const signing = new Map<string, string>();
  let of: Snapshot | undefined;
  let young: TokensByCredential = new Map();
  let old: TokensByCredential = new Map();
  let youngCount = 0;
  let version = 0;

  const clear = (): void => {
    version += 1;
    [young, old, youngCount] = [new Map(), new Map(), 0];
  };
  const isOfNextKey = ({ kid }: MintedToken): boolean =>
    kid !== undefined && (signing.get(familyOf(kid)) ?? kid) !== kid;
  const put = (credential: string, request: string, token: MintedToken): void => {
    if (youngCount >= half) [old, young, youngCount] = [young, new Map(), 0];
    const tokens = young.get(credential) ?? new Map<string, MintedToken>();
    if (!tokens.has(request)) youngCount += 1;
    young.set(credential, tokens.set(request, token));
  };
  const get = (credential: string, request: string): MintedToken | undefined => {
    const token = young.get(credential)?.get(request);
    if (token !== undefined) return token;
    const aged = old.get(credential)?.get(request);
    if (aged !== undefined) put(credential, request, aged);
    return aged;
  };

  return {
    find: ({ credential, request, snapshot, times }) => {
      if (credential === undefined || snapshot !== of) return undefined;
      const token = get(credential, request);
      if (token === undefined || !isFresh(token.times, times)) return undefined;
      return token.kid === undefined || keys.has(token.kid) ? token : undefined;
    },
    keep: ({ credential, request, snapshot }, token, asOf) => {
      if (credential === undefined || half === 0 || asOf !== version) return;
      if (snapshot !== of || isOfNextKey(token)) clear();
      of = snapshot;
      if (token.kid !== undefined) signing.set(familyOf(token.kid), token.kid);
      put(credential, request, token);
    },
    version: () => version,
    clear,
  };
}

/** By the times alone; a clock that was set back makes a token of the future, which is none. */
const isFresh = ({ iat, exp }: TokenTimes, now: TokenTimes): boolean =>
  iat <= now.iat && exp <= now.exp && (exp - now.iat) * 2 > exp - iat;
