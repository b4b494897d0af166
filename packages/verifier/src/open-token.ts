import { checkSignature } from "./check-signature.ts";
import type { JsonObject } from "./json-object.ts";
import type { Keys } from "./keys.ts";
import { readClaims, readRawToken, type TokenHeader } from "./raw-token.ts";
import { VerifierError } from "./verifier-error.ts";

/** A token whose signature is good. What it says has not been held against anything. */
export interface OpenedToken {
  readonly header: TokenHeader;
  readonly claims: JsonObject;
}

/**
 * Opens a token that was just signed on our own order, for whoever ordered it to compare with the order: canonical form,
 * header, a key that `keys` has, signature.
 *
 * Does NOT check any claim: NOT expiry, NOT issuer, NOT audience, NOT the kind of token, NOT the family of its key. An
 * expired token, and one meant for anybody else, opens. Never accept a caller on what this gives; that is `verify`.
 *
 * @throws VerifierError `invalid_token` (reason `unknown_kid` where `keys` has no such key), or `keys_unavailable`
 */
export async function openToken(token: string, keys: Keys): Promise<OpenedToken> {
  const raw = readRawToken(token);
  const key = await keys.find(raw.header.kid);
  if (key === undefined) throw new VerifierError("unknown_kid");
  checkSignature(raw, key);
  return { header: raw.header, claims: readClaims(raw) };
}
