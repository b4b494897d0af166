import { randomUUID } from "node:crypto";
import {
  type CredentialClaims,
  type CredentialRequest,
  issuerName,
  type NewCredential,
  tokenRules,
} from "@meshpass/protocol";
import { type Mint, mintToken } from "../mint/mint-token.ts";
import type { CredentialRegistry } from "./credential-registry.ts";

/** What the caller has checked; whether the map knows the service is not looked at. */
export interface IssueRequest extends CredentialRequest {
  readonly dev?: true;
}

export interface Issuer extends Mint {
  readonly registry: CredentialRegistry;
  /** ms since 1970. */
  readonly clock: () => number;
}

/**
 * Makes a credential: signed by the core's static key, checked, and recorded as active before it is handed out.
 *
 * @throws HttpError as `mintToken`; whatever the store throws: then there is no credential.
 */
export async function issueCredential(issuer: Issuer, request: IssueRequest): Promise<NewCredential> {
  const { registry, clock } = issuer;
  const { service, lifetimeSeconds = tokenRules.credential.defaultLifetimeSeconds, dev } = request;
  const iat = Math.floor(clock() / 1_000);
  const claims = {
    iss: issuerName,
    sub: service,
    aud: issuerName,
    iat,
    exp: iat + lifetimeSeconds,
    jti: randomUUID(),
    token_use: "credential",
    ...(dev === undefined ? {} : { dev }),
  } satisfies CredentialClaims;
  const { text: token } = await mintToken(issuer, claims, "static");
  const { jti, exp } = claims;
  await registry.add({ jti, service, issuedAt: iat, expiresAt: exp, dev: dev === true, revokedAt: undefined });
  return { token, jti, service, expiresAt: exp };
}
