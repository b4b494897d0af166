import { escapeDeceptive } from "@meshpass/policy";
import {
  type CredentialAnswer,
  type CredentialRequest,
  isCredentialAnswer,
  parseDuration,
  paths,
} from "@meshpass/protocol";
import { changeByOperator } from "../ask-operator.ts";
import { describeBadName } from "../describe-bad-name.ts";
import type { OperatorClient } from "../operator-client.ts";
import { jsonLine, type OutputFormat, type Report, usageError } from "../report.ts";
import { dayOf } from "./day-of.ts";

/** What `meshpass credentials issue` works on. */
export interface IssueInput {
  readonly service: string;
  /** As written: `30d`; undefined for the server's default of 90 days. */
  readonly lifetime: string | undefined;
  /** Where the credential goes; undefined prints it instead. */
  readonly path: string | undefined;
  readonly format: OutputFormat;
  readonly client: OperatorClient;
  readonly write: (path: string, text: string) => Promise<void>;
}

/**
 * Has the auth server make a credential and puts it where the service reads it, 0600. It is printed only when that is
 * asked for; whoever sees it can be the service until it ends.
 *
 * @throws OperatorError
 */
export async function issueCredential(input: IssueInput): Promise<Report> {
  const { service, lifetime, path, format, client, write } = input;
  const lifetimeSeconds = parseDuration(lifetime);
  const problem = findProblem(service, lifetime, lifetimeSeconds);
  if (problem !== undefined) return usageError(problem);
  const body: CredentialRequest = { service, ...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }) };
  const request = { method: "POST", path: paths.credentials, body } as const;
  const issued = await changeByOperator(client, request, isCredentialAnswer);
  try {
    if (path !== undefined) await write(path, `${issued.token}\n`);
  } catch (error) {
    return { lines: [unwritten(issued, error)], exitCode: 1, isError: true };
  }
  return { lines: format === "json" ? [json(input, issued)] : describe(input, issued), exitCode: 0 };
}

function findProblem(service: string, lifetime: string | undefined, seconds: number | undefined): string | undefined {
  const problem = describeBadName(service);
  if (problem !== undefined || lifetime === undefined) return problem;
  if (seconds !== undefined && seconds >= 60 && seconds <= 365 * 86_400) return undefined;
  return `${escapeDeceptive(lifetime)} is no lifetime for a credential; write 1m to 365d, such as 30d`;
}

/** Nobody has the credential, but it is good: the operator must be able to end it. */
const unwritten = ({ jti }: CredentialAnswer, error: unknown): string =>
  `${escapeDeceptive((error as Error).message)}; the credential was made all the same: credentials revoke ${jti}`;

function describe({ service, path }: IssueInput, { token, jti, expiresAt, inMap }: CredentialAnswer): string[] {
  const doubt = inMap ? [] : [`${service} does not stand in the map yet, so it may call nobody`];
  if (path === undefined) return [token, ...doubt];
  return [`${service}: credential ${jti}, good until ${dayOf(expiresAt)}, in ${escapeDeceptive(path)}`, ...doubt];
}

const json = ({ service, path }: IssueInput, { token, ...rest }: CredentialAnswer): string =>
  jsonLine({ ...rest, service, ...(path === undefined ? { token } : { path }) });
