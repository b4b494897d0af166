import {
  type KeyFamily,
  longestAccessLifetimeSeconds,
  type TokenKind,
  type TokenRules,
  tokenRules,
} from "@meshpass/protocol";
import type { ClaimsRules } from "./claims.ts";
import type { Cutoffs } from "./cutoffs/cutoffs.ts";
import { type DpopOptions, dpopProblem } from "./dpop/dpop-options.ts";
import type { Introspection } from "./introspection/introspection.ts";
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
   * With kind `access`: what has been cut off is refused too, from `remoteCutoffs`. Without it a token lives until it
   * expires.
   */
  readonly cutoffs?: Cutoffs;
  /**
   * With kind `access`: opaque tokens are accepted too, of which `remoteIntrospection` says what they stand for. Without it
   * they are refused.
   */
  readonly introspection?: Introspection;
  /**
   * With kind `access`: tokens that are bound to a key are accepted too, from whoever proves with each request that he has
   * it. Without it such tokens are refused.
   */
  readonly dpop?: DpopOptions;
  /**
   * With kind `access`: delegated tokens (RFC 8693) are accepted too, of a caller on behalf of another; whose behalf is good
   * is then for the receiver to check (`onBehalfOf` of the caller). Default false. In Fastify each route says so itself.
   */
  readonly onBehalfOf?: boolean;
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
  readonly cutoffs: Cutoffs | undefined;
  readonly dpop: DpopOptions | undefined;
  readonly introspection: Introspection | undefined;
  readonly cacheSize: number;
  readonly clock: () => number;
}

const maxCacheSize = 1_000_000;

/**
 * The rules that `options` ask for. An unset option never switches a check off.
 *
 * @throws TypeError that lists every option which is unset, empty or out of its range
 */
export function readAcceptanceRules(options: VerifierOptions): AcceptanceRules {
  const { keyFamilies, maxLifetimeSeconds } = rulesOfKind(options?.kind);
  const defaults = {
    maxLifetimeSeconds,
    legacyCredentials: false,
    cacheSize: 10_000,
    clock: Date.now,
    cutoffs: undefined,
    dpop: undefined,
    introspection: undefined,
    onBehalfOf: false,
  };
  const rules = { ...defaults, ...options, keyFamilies };
  const problems = findProblems(rules, rules.kind === "access" ? longestAccessLifetimeSeconds : maxLifetimeSeconds);
  if (problems.length > 0) throw new TypeError(`verifier: ${problems.join("; ")}`);
  return { ...rules, issuers: new Set(rules.issuers), enforcesProof: rules.dpop !== undefined };
}

function rulesOfKind(kind: unknown): TokenRules {
  const known = typeof kind === "string" && Object.hasOwn(tokenRules, kind);
  if (!known) throw new TypeError("verifier: kind must be access, credential, operator or feed-key");
  return tokenRules[kind as TokenKind];
}

type Unchecked = Required<Omit<VerifierOptions, Optional>> & Pick<AcceptanceRules, Optional>;

type Optional = "cutoffs" | "dpop" | "introspection";

function findProblems(rules: Unchecked, longestLifetime: number): string[] {
  const { issuers, audience, kind, keys, maxLifetimeSeconds, legacyCredentials, cacheSize, clock, cutoffs } = rules;
  const { dpop, introspection, onBehalfOf } = rules;
  const dpopWrong = dpop === undefined ? undefined : dpopProblem(dpop);
  const hasIssuers = Array.isArray(issuers) && issuers.length > 0 && issuers.every(isText);
  const hasKeys = typeof keys?.find === "function" && typeof keys.has === "function";
  const demands: readonly (readonly [holds: boolean, demand: string])[] = [
    [hasIssuers, "issuers must be a list of names, not empty"],
    [isText(audience), "audience must be one name, not empty"],
    [hasKeys, "keys must come from createKeys or remoteKeys"],
    [isCount(maxLifetimeSeconds, 1, longestLifetime), `maxLifetimeSeconds must be 1 to ${longestLifetime} here`],
    [typeof legacyCredentials === "boolean", "legacyCredentials must be true or false"],
    [legacyCredentials !== true || kind === "credential", "legacyCredentials is for kind credential alone"],
    [cutoffs === undefined || typeof cutoffs?.check === "function", "cutoffs must come from remoteCutoffs"],
    [cutoffs === undefined || kind === "access", "cutoffs is for kind access alone"],
    [introspection === undefined || kind === "access", "introspection is for kind access alone"],
    [
      introspection === undefined || typeof introspection?.introspect === "function",
      "introspection must come from remoteIntrospection",
    ],
    [typeof onBehalfOf === "boolean", "onBehalfOf must be true or false"],
    [onBehalfOf !== true || kind === "access", "onBehalfOf is for kind access alone"],
    [dpop === undefined || kind === "access", "dpop is for kind access alone"],
    [dpopWrong === undefined, dpopWrong ?? ""],
    [isCount(cacheSize, 0, maxCacheSize), `cacheSize must be 0 to ${maxCacheSize}`],
    [typeof clock === "function", "clock must be a function"],
  ];
  return demands.filter(([holds]) => !holds).map(([, demand]) => demand);
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

const isCount = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most;
