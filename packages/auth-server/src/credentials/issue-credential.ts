import { randomUUID } from "node:crypto";
import { issuerName, tokenRules } from "@meshpass/protocol";
import type { Keys } from "@meshpass/verifier";
import { checkMinted } from "../mint/check-minted.ts";
import type { Core } from "../mint/supertokens.ts";
import type { CredentialRegistry } from "./credential-registry.ts";

/** A credential that was just made: its text, which is nowhere else, and what is kept of it. */
export interface NewCredential {
  readonly token: string;
  readonly jti: string;
  readonly service: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

export interface IssueRequest {
  /** A service name; whether the map knows it is not checked. */
  readonly service: string;
  /** At most `tokenRules.credential.maxLifetimeSeconds`; the caller has checked it. */
  readonly lifetimeSeconds?: number;
  readonly dev?: true;
}

export interface Issuer {
  readonly core: Core;
  readonly keys: Keys;
  readonly registry: CredentialRegistry;
  /** ms since 1970. */
  readonly clock: () => number;
}

/**
 * Makes a credential: signed by the core's static key, checked, and recorded as active before it is handed out.
 *
 * @throws HttpError as `Core.sign` and `checkMinted`; whatever the store throws: then there is no credential.
 */
export async function issueCredential(issuer: Issuer, request: IssueRequest): Promise<NewCredential> {
  const { core, keys, registry, clock } = issuer;
  const { service, lifetimeSeconds = tokenRules.credential.defaultLifetimeSeconds, dev } = request;
  const iat = Math.floor(clock() / 1_000);
  const own = { iss: issuerName, sub: service, aud: issuerName, iat, exp: iat + lifetimeSeconds, jti: randomUUID() };
  const claims = { ...own, token_use: "credential", ...(dev === undefined ? {} : { dev }) };
  const token = await core.sign(claims, "static");
  await checkMinted(token, claims, "static", keys);
  const { jti, exp } = claims;
  await registry.add({ jti, service, issuedAt: iat, expiresAt: exp, dev: dev === true, revokedAt: undefined });
  return { token, jti, service, expiresAt: exp };
}
