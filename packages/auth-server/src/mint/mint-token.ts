import { HttpError } from "@meshpass/http-server";
import type { Keys } from "@meshpass/verifier";
import { checkMinted } from "./check-minted.ts";
import { withDeadline } from "./deadline.ts";
import type { RequestedClaims, SigningKey } from "./requested-claims.ts";
import type { Core } from "./supertokens.ts";

/** A token as the core signed it, and the key that it signed with. */
export interface SignedToken {
  readonly text: string;
  readonly kid: string;
}

export interface Mint {
  readonly core: Core;
  /** The keys that we publish. */
  readonly keys: Keys;
  /** For all of it, in ms. Default 800. */
  readonly mintDeadlineMs?: number;
}

/**
 * `claims` signed by the core, and checked to be that and nothing else (`checkMinted`).
 *
 * @throws HttpError `core_unavailable`: no answer in time, or not the right one; `core_key_unknown`.
 */
export async function mintToken(
  { core, keys, mintDeadlineMs = 800 }: Mint,
  claims: RequestedClaims,
  key: SigningKey,
): Promise<SignedToken> {
  const signed = core.sign(claims, key).then(async (text) => ({
    text,
    kid: await checkMinted(text, claims, key, keys),
  }));
  try {
    return await withDeadline(signed, mintDeadlineMs);
  } catch (cause) {
    throw cause instanceof HttpError ? cause : new HttpError("core_unavailable", { cause });
  }
}
