import { copyPlainData } from "./plain-data.ts";
import { isProtectedClaim } from "./protected-claims.ts";

const maxClaims = 32;
const maxBytes = 2_048;
const maxDepth = 8;
const claimName = /^[\x21-\x7e]{1,100}$/;

/** The claims that the actions of one request set. */
export interface Claims {
  /**
   * Sets a claim, or changes it. False, and nothing is set, for one that is protected.
   *
   * @throws TypeError for what is no name or no JSON value; RangeError for too many claims, or too large ones
   */
  set(name: unknown, value: unknown): boolean;
  /** All that were set, frozen, without a prototype. */
  all(): Readonly<Record<string, unknown>>;
}

/** The one rule of what may become a claim: the child holds the actions to it, and its parent the child. */
export function createClaims(): Claims {
  let claims: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

  function set(name: unknown, value: unknown): boolean {
    if (typeof name !== "string" || !claimName.test(name)) {
      throw new TypeError("the name of a claim is 1 to 100 printable characters of ASCII");
    }
    if (isProtectedClaim(name)) return false;
    const next: Record<string, unknown> = Object.assign(Object.create(null), claims);
    next[name] = copyPlainData(value, maxDepth);
    if (Object.keys(next).length > maxClaims) throw new RangeError(`there are more than ${maxClaims} claims`);
    if (bytesOf(next) > maxBytes) throw new RangeError(`the claims are more than ${maxBytes} bytes of JSON`);
    claims = Object.freeze(next);
    return true;
  }

  return { set, all: () => claims };
}

const bytesOf = (claims: object): number => new TextEncoder().encode(JSON.stringify(claims)).length;
