import { HttpError } from "@meshpass/http-server";
import type { KeptCredential } from "./kept-credential.ts";

/** Two, so that one can be replaced without an outage: the new one is in use before the old one ends. */
const mostSecrets = 2;
const mostKeys = 4;

/**
 * Refuses `wanted` where its service, which has the `good` credentials, may have no more of its type, or has that very key.
 *
 * @throws HttpError `too_many_secrets`, `too_many_client_keys`, or `known_key`: of two with one key, the one that is left
 * when the other is revoked would keep the key alive.
 */
export function demandRoom(good: readonly KeptCredential[], wanted: KeptCredential): void {
  const count = good.filter(({ type }) => type === wanted.type).length;
  if (wanted.type === "secret" && count >= mostSecrets) throw new HttpError("too_many_secrets");
  if (wanted.type !== "key") return;
  if (good.some(({ publicKey }) => publicKey !== undefined && publicKey.kid === wanted.publicKey?.kid))
    throw new HttpError("known_key");
  if (count >= mostKeys) throw new HttpError("too_many_client_keys");
}
