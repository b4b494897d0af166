import { type IssuedCredential, isCredentialList, paths } from "@meshpass/protocol";
import { askOperator } from "../ask-operator.ts";
import { describeBadName } from "../describe-bad-name.ts";
import type { OperatorClient } from "../operator-client.ts";
import { renderTable } from "../render-table.ts";
import { jsonLine, type OutputFormat, type Report, usageError } from "../report.ts";
import { dayOf } from "./day-of.ts";

/** What `meshpass credentials list` works on. */
export interface ListInput {
  /** Only this service's; undefined for all. */
  readonly service: string | undefined;
  readonly nowSeconds: number;
  readonly format: OutputFormat;
  readonly client: OperatorClient;
}

/**
 * The credentials that the auth server knows: those it issued, by jti, and those made straight at the core that were
 * shown to it, by the beginning of their hash.
 *
 * @throws OperatorError
 */
export async function listCredentials({ service, nowSeconds, format, client }: ListInput): Promise<Report> {
  const problem = service === undefined ? undefined : describeBadName(service);
  if (problem !== undefined) return usageError(problem);
  const listed = await askOperator(client, { method: "GET", path: paths.credentials }, isCredentialList);
  const isMeant = (each: { readonly service: string }): boolean => service === undefined || each.service === service;
  const credentials = listed.credentials.filter(isMeant).sort(byService);
  const legacyCredentials = listed.legacyCredentials.filter(isMeant);
  if (format === "json") return { lines: [jsonLine({ credentials, legacyCredentials })], exitCode: 0 };
  const rows = [
    ...credentials.map((each) => [
      each.service,
      each.jti,
      each.type,
      dayOf(each.revokedAt ?? Math.min(each.keyWithdrawnAt ?? each.expiresAt, each.expiresAt)),
      stateOf(each, nowSeconds),
    ]),
    ...legacyCredentials.map(({ service, hash, keyWithdrawnAt }) => [
      service,
      hash.slice(0, 12),
      "jwt",
      keyWithdrawnAt === undefined ? "-" : dayOf(keyWithdrawnAt),
      keyWithdrawnAt === undefined ? "legacy" : keyWithdrawn,
    ]),
  ];
  if (rows.length === 0) return { lines: [describeNone(service)], exitCode: 0 };
  return { lines: renderTable([["SERVICE", "JTI OR HASH", "TYPE", "UNTIL", "STATE"], ...rows]), exitCode: 0 };
}

const describeNone = (service: string | undefined): string =>
  `${service ?? "the auth server"} has no credentials; make one: pnpm meshpass credentials issue ${service ?? "m1"}`;

const byService = (a: IssuedCredential, b: IssuedCredential): number =>
  a.service.localeCompare(b.service) || a.issuedAt - b.issuedAt || a.jti.localeCompare(b.jti);

const keyWithdrawn = "key withdrawn";

/** In one short word where it can be, so that a row of a service with a short name fits into 80 columns. */
function stateOf(credential: IssuedCredential, nowSeconds: number): string {
  if (credential.revokedAt !== undefined) return "revoked";
  const { keyWithdrawnAt = Infinity, expiresAt } = credential;
  if (keyWithdrawnAt < expiresAt) return keyWithdrawn;
  if (expiresAt <= nowSeconds) return "expired";
  return credential.dev ? "dev" : "active";
}
