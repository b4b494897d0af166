import { type KeyFamily, type TokenKind, tokenRules } from "@meshpass/protocol";
import type { ClaimsRules } from "./claims.ts";
import type { Keys } from "./keys.ts";

/** What a verifier accepts. */
export interface VerifierOptions {
  /** The exact strings that `iss` may be; at least one. */
  readonly issuers: readonly string[];
  /** The one string that `aud` must be: this receiver's own name. */
  readonly audience: string;
  readonly kind: TokenKind;
  readonly keys: Keys;
  /**
   * The most that `exp - iat` may be, in seconds. Default and maximum are those of the kind, save that a verifier of
   * access tokens may be told to take up to 86,400, for a map that gives such lifetimes.
   */
  readonly maxLifetimeSeconds?: number;
  /** Only with kind `credential`: also accept one that has nothing but iss, sub, aud, iat and exp. Default false. */
  readonly legacyCredentials?: boolean;
  /** How many verified tokens are remembered; 0 for none. Default 10,000; at most 1,000,000. */
  readonly cacheSize?: number;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number;
}

/** {@link VerifierOptions}, checked and read once. */
export interface AcceptanceRules extends ClaimsRules {
  readonly keyFamilies: readonly KeyFamily[];
  readonly keys: Keys;
  readonly cacheSize: number;
  readonly clock: () => number;
}

const maxAccessLifetimeSeconds = 86_400;
const maxCacheSize = 1_000_000;

/**
 * The rules that `options` ask for. An unset option never switches a check off.
 *
 * @throws TypeError if issuers, audience, kind or keys are unset or empty, or any option is out of its range
 */
export function readAcceptanceRules(options: VerifierOptions): AcceptanceRules {
  const {
    issuers,
    audience,
    kind,
    keys,
    legacyCredentials = false,
    cacheSize = 10_000,
    clock = Date.now,
  } = options ?? {};
  const rules = Object.hasOwn(tokenRules, kind ?? "") ? tokenRules[kind] : undefined;
  require(rules !== undefined, "kind must be access, credential or operator");
  const { keyFamilies, maxLifetimeSeconds: ownMaximum } = rules;
  const { maxLifetimeSeconds = ownMaximum } = options;
  const longest = kind === "access" ? maxAccessLifetimeSeconds : ownMaximum;
  require(Array.isArray(issuers) &&
    issuers.length > 0 &&
    issuers.every(isText), "issuers must be a list of names, not empty");
  require(isText(audience), "audience must be one name, not empty");
  require(typeof keys?.find === "function" &&
    typeof keys.has === "function", "keys must come from createKeys or remoteKeys");
  require(isCount(maxLifetimeSeconds, 1, longest), `maxLifetimeSeconds must be 1 to ${longest} for kind ${kind}`);
  require(typeof legacyCredentials === "boolean", "legacyCredentials must be true or false");
  require(!legacyCredentials || kind === "credential", "legacyCredentials is for kind credential alone");
  require(isCount(cacheSize, 0, maxCacheSize), `cacheSize must be 0 to ${maxCacheSize}`);
  require(typeof clock === "function", "clock must be a function");
  return {
    issuers: new Set(issuers),
    audience,
    kind,
    keyFamilies,
    keys,
    maxLifetimeSeconds,
    legacyCredentials,
    cacheSize,
    clock,
  };
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

const isCount = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most;

function require(holds: boolean, demand: string): asserts holds {
  if (!holds) throw new TypeError(`verifier: ${demand}`);
}
