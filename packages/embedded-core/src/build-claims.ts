import { JsonNumber, type JsonObject, type JsonValue } from "./read-json.ts";
import type { MintRequest } from "./read-mint-request.ts";
import { Refusal } from "./refusal.ts";
import { holdsHugeInteger } from "./write-json.ts";

/**
 * The payload of a token: `iat`, `exp`, `iss`, then the caller's claims in the caller's order. A claim of the caller that
 * has one of these names takes its place, unchecked: who asks a core for a token says everything that is in it.
 *
 * @param nowMs milliseconds since 1970.
 * @throws Refusal 500 if an integer of the payload does not fit into 64 bits.
 */
export function buildClaims({ payload, jwksDomain, validitySeconds }: MintRequest, nowMs: number): JsonObject {
  if (holdsHugeInteger(payload)) {
    throw new Refusal(
      500,
      "java.lang.IllegalArgumentException: Claim values must only be of types Map, List, Boolean, Integer, Long, Double, String, Date, Instant, and Null",
    );
  }
  const now = BigInt(nowMs);
  // Milliseconds in 64 bits, as in the real core: an absurd validity wraps around.
  const expiry = BigInt.asIntN(64, now + validitySeconds * 1000n);
  const claims: JsonObject = new Map<string, JsonValue>([
    ["iat", seconds(now)],
    ["exp", seconds(expiry)],
    ["iss", jwksDomain],
  ]);
  for (const [name, value] of payload) {
    const claim = name === "aud" ? audience(value) : value;
    if (claim !== undefined) claims.set(name, claim);
  }
  return claims;
}

const seconds = (milliseconds: bigint): JsonNumber => new JsonNumber(String(milliseconds / 1000n));

/** The real core keeps only strings of an audience, one of them without its list, and drops the claim if none is left. */
function audience(value: JsonValue): JsonValue | undefined {
  if (typeof value === "string") return value;
  const names = Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
  return names.length > 1 ? names : names[0];
}
