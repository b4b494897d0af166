import { escapeDeceptive } from "@meshpass/policy";
import { paths } from "@meshpass/protocol";
import { describeBadName } from "../describe-bad-name.ts";
import type { OperatorClient } from "../operator-client.ts";
import { jsonLine, type OutputFormat, type Report, usageError } from "../report.ts";

interface EndInput {
  readonly format: OutputFormat;
  readonly client: OperatorClient;
}

/**
 * Revokes one credential by its jti. Access tokens that it was given live out their minutes.
 *
 * @throws OperatorError, also for a jti that nobody knows
 */
export async function revokeCredential({ jti, format, client }: EndInput & { readonly jti: string }): Promise<Report> {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(jti)) return usageError(`${escapeDeceptive(jti)} is no jti; see credentials list`);
  await client.call("DELETE", `${paths.credentials}/${jti}`);
  const line = format === "json" ? jsonLine({ revoked: jti }) : `${jti} is revoked: it gets no new token`;
  return { lines: [line], exitCode: 0 };
}

/**
 * Ends every credential of a service that exists: the issued ones, and those made straight at the core for good.
 *
 * @throws OperatorError
 */
export async function cutService(input: EndInput & { readonly service: string }): Promise<Report> {
  const { service, format, client } = input;
  const problem = describeBadName(service);
  if (problem !== undefined) return usageError(problem);
  const { ended, inMap } = (await client.call("POST", paths.cuts, { service })) as { ended: number; inMap: boolean };
  if (format === "json") return { lines: [jsonLine({ service, ended, inMap })], exitCode: 0 };
  const lines = [
    `${service}: ${ended} ${ended === 1 ? "credential is" : "credentials are"} dead, and any made straight at the core for good`,
    ...(inMap ? [`the map still names ${service}: a new credential would work (credentials issue ${service})`] : []),
  ];
  return { lines, exitCode: 0 };
}
