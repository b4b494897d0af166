import { type AcceptanceRules, readAcceptanceRules, type VerifierOptions } from "./acceptance-rules.ts";
import type { Caller } from "./caller.ts";
import { checkClaims, checkTimes } from "./claims.ts";
import type { CutRefusal } from "./cutoffs/cutoffs.ts";
import { type Introspection, isOpaqueToken } from "./introspection/introspection.ts";
import type { VerificationKey } from "./jwk-set.ts";
import { type RawToken, readClaims, readRawToken } from "./raw-token.ts";
import { createVerifiedTokens } from "./verified-tokens.ts";
import { VerifierError } from "./verifier-error.ts";

/** Rejects with VerifierError `bad_signature` unless `key` signed `token`. `Context` is what the door's library needs. */
export type CheckSignature<Context> = (token: RawToken, key: VerificationKey, context: Context) => Promise<void>;

/** From a token to its caller. Rejects with VerifierError. */
export interface AcceptToken<Context> {
  /** At once for a token that is remembered. */
  accept(token: string, context: Context): Caller | Promise<Caller>;
  /** As `accept` for a token that is remembered; undefined for any other text, whatever it is. */
  recall(token: string): Caller | Promise<Caller> | undefined;
}

interface Verified {
  readonly caller: Caller;
  /** Undefined of an opaque token, which none signed. */
  readonly key: VerificationKey | undefined;
  /** When an opaque token is to be asked about again, in seconds since 1970. */
  readonly until: number;
  /** The version of the cut-offs at which it was last found good. */
  goodAt: number | undefined;
}

/**
 * The acceptance rule, the same at every door; the doors differ only in the library that checks the signature.
 *
 * @throws TypeError if an option is unset or out of its range
 */
export function createAcceptToken<Context>(
  options: VerifierOptions,
  checkSignature: CheckSignature<Context>,
): AcceptToken<Context> {
  const rules = readAcceptanceRules(options);
  const verified = createVerifiedTokens<Verified>(rules.cacheSize);
  const now = () => rules.clock() / 1_000;

  async function openSigned(text: string, context: Context): Promise<Verified> {
    // 1. The raw token, before any key is touched. A key of another family is not even looked for.
    const token = readRawToken(text);
    if (!isOfFamily(token.header.kid, rules)) throw new VerifierError("wrong_key_family");
    // 2. The key.
    const key = await rules.keys.find(token.header.kid);
    if (key === undefined) throw new VerifierError("unknown_kid");
    // 3. The signature.
    await checkSignature(token, key, context);
    // 4. The claims.
    const caller = checkClaims(readClaims(token), key.kid, rules, now());
    if (typeof caller === "string") throw new VerifierError(caller);
    return { caller, key, until: Number.POSITIVE_INFINITY, goodAt: undefined };
  }

  async function openOpaque(text: string, { introspect, cacheSeconds }: Introspection): Promise<Verified> {
    const claims = await introspect(text);
    if (claims === undefined) throw new VerifierError("token_not_active");
    const caller = checkClaims(claims, "", rules, now());
    if (typeof caller === "string") throw new VerifierError(caller);
    return { caller, key: undefined, until: now() + cacheSeconds, goodAt: undefined };
  }

  async function acceptAnew(text: string, context: Context): Promise<Caller> {
    const { introspection } = rules;
    const isOpaque = introspection !== undefined && isOpaqueToken(text);
    const accepted = await (isOpaque ? openOpaque(text, introspection) : openSigned(text, context));
    // 5. What has been cut off.
    const refusal = findCut(accepted, rules);
    if (refusal !== undefined) throw new VerifierError(refusal);
    verified.add(text, accepted);
    return accepted.caller;
  }

  function recall(token: string): Caller | Promise<Caller> | undefined {
    const known = verified.get(token);
    if (known === undefined) return undefined;
    if (!stillHolds(known, rules, now())) {
      verified.forget(token);
      return undefined;
    }
    const refusal = findCut(known, rules);
    return refusal === undefined ? known.caller : Promise.reject(new VerifierError(refusal));
  }

  return { recall, accept: (token, context) => recall(token) ?? acceptAnew(token, context) };
}

const isOfFamily = (kid: string, { keyFamilies }: AcceptanceRules): boolean =>
  keyFamilies.some((family) => kid.startsWith(family));

/** Nothing is looked up for a token that was found good since the last cut. */
function findCut(verified: Verified, { cutoffs }: AcceptanceRules): CutRefusal | undefined {
  const refusal = cutoffs?.check(verified.caller, verified.goodAt);
  if (refusal === undefined) verified.goodAt = cutoffs?.version();
  return refusal;
}

/** What may have changed since the token was verified: the time, on a clock that may also step back, and its key. */
function stillHolds({ caller, key, until }: Verified, { keys }: AcceptanceRules, now: number): boolean {
  if (checkTimes(caller.claims, now) !== undefined) return false;
  return key === undefined ? now < until : keys.has(key.kid) && keys.find(key.kid) === key;
}
