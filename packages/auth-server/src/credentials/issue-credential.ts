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
export interface IssueRequest extends Pick<CredentialRequest, "service" | "lifetimeSeconds"> {
  readonly dev?: true;
}

export interface Issuer extends Mint {
  readonly registry: CredentialRegistry;
  /** ms since 1970. */
  readonly clock: () => number;
}

/**
 * Makes a JWT: signed by the core's static key, checked, and recorded as active before it is handed out.
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
  const times = { issuedAt: iat, expiresAt: exp, revokedAt: undefined };
  await registry.add({ jti, service, type: "jwt", ...times, dev: dev === true });
  return { type: "jwt", token, jti, service, expiresAt: exp };
}
