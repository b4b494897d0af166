import { randomUUID } from "node:crypto";
import { type NewKey, type PublicKeyInput, tokenRules } from "@meshpass/protocol";
import type { IssueRequest, Issuer } from "./issue-credential.ts";
import { readClientKey } from "./read-client-key.ts";

/**
 * Makes `publicKey` a credential of a service: whoever signs with its other half is that service.
 *
 * @throws HttpError `private_key`, `unsuitable_key`, `too_many_client_keys`, `known_key`; whatever the store throws: then the
 * key is not known.
 */
export async function issueKey(
  { registry, clock }: Pick<Issuer, "registry" | "clock">,
  { service, lifetimeSeconds = tokenRules.credential.defaultLifetimeSeconds }: IssueRequest,
  publicKey: PublicKeyInput,
): Promise<NewKey> {
  const jwk = await readClientKey(publicKey);
  const jti = randomUUID();
  const issuedAt = Math.floor(clock() / 1_000);
  const expiresAt = issuedAt + lifetimeSeconds;
  const times = { issuedAt, expiresAt, revokedAt: undefined };
  await registry.add({ jti, service, type: "key", ...times, dev: false, publicKey: jwk });
  return { type: "key", clientId: service, kid: jwk.kid, jti, service, expiresAt };
}
