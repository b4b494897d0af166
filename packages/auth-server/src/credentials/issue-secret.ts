import { randomBytes, randomUUID } from "node:crypto";
import { type NewSecret, tokenRules } from "@meshpass/protocol";
import { hashSecret } from "./hash-secret.ts";
import type { IssueRequest, Issuer } from "./issue-credential.ts";

/** What every secret begins with, so that whoever scans texts for secrets finds one. */
const prefix = "mps_";

/**
 * Makes a client secret of 256 random bits, as much as its hash says: one that long needs no slow hash (OWASP ASVS 11.4.2 is
 * about what people choose). It is nowhere but in what this gives.
 *
 * @throws HttpError `too_many_secrets`; whatever the store throws: then there is no secret.
 */
export async function issueSecret(
  { registry, clock }: Pick<Issuer, "registry" | "clock">,
  { service, lifetimeSeconds = tokenRules.credential.defaultLifetimeSeconds }: IssueRequest,
): Promise<NewSecret> {
  const clientSecret = prefix + randomBytes(32).toString("base64url");
  const jti = randomUUID();
  const issuedAt = Math.floor(clock() / 1_000);
  const expiresAt = issuedAt + lifetimeSeconds;
  const secretHash = hashSecret(clientSecret).toString("hex");
  await registry.add({
    jti,
    service,
    type: "secret",
    issuedAt,
    expiresAt,
    dev: false,
    revokedAt: undefined,
    secretHash,
  });
  return { type: "secret", clientId: service, clientSecret, jti, service, expiresAt };
}
