import {
  type CredentialRequest,
  type CredentialType,
  escapeDeceptive,
  type IssuedCredential,
  isCredentialList,
  parseDuration,
  paths,
  type Shape,
} from "@meshpass/protocol";
import { askOperator, changeByOperator } from "../ask-operator.ts";
import { describeBadName } from "../describe-bad-name.ts";
import { type OperatorClient, OperatorError } from "../operator-client.ts";
import { type Report, usageError } from "../report.ts";
import { dayOf } from "./day-of.ts";

/** What is said of a credential that is to be made, of whatever type. */
export interface CredentialOrder {
  readonly service: string;
  /** As written: `30d`; undefined for the server's default of 90 days. */
  readonly lifetime: string | undefined;
  readonly nowSeconds: number;
  readonly client: OperatorClient;
}

/**
 * What `report` makes of the answer to `POST /credentials`, or what is wrong with the order. Where the service has as many
 * as it may have, they are named, since one of them has to end first.
 *
 * @throws OperatorError
 */
export async function orderCredential<Answer>(
  order: CredentialOrder,
  more: Pick<CredentialRequest, "type" | "publicKey">,
  isAnswer: Shape<Answer>,
  report: (issued: Answer) => Promise<Report>,
): Promise<Report> {
  const { service, lifetime, client } = order;
  const lifetimeSeconds = parseDuration(lifetime);
  const problem = findProblem(service, lifetime, lifetimeSeconds);
  if (problem !== undefined) return usageError(problem);
  const body: CredentialRequest = { service, ...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }), ...more };
  try {
    return await report(await changeByOperator(client, { method: "POST", path: paths.credentials, body }, isAnswer));
  } catch (error) {
    const full = error instanceof OperatorError ? limits.get(error.code) : undefined;
    if (full === undefined) throw error;
    return { lines: await describeFull(order, full), exitCode: 2, isError: true };
  }
}

/** That the service may have nobody else to be: a line for whoever takes the credential to the service. */
export const doubtOf = (service: string, { inMap }: { readonly inMap: boolean }): string[] =>
  inMap ? [] : [`${service} does not stand in the map yet, so it may call nobody`];

function findProblem(service: string, lifetime: string | undefined, seconds: number | undefined): string | undefined {
  const problem = describeBadName(service);
  if (problem !== undefined || lifetime === undefined) return problem;
  if (seconds !== undefined && seconds >= 60 && seconds <= 365 * 86_400) return undefined;
  return `${escapeDeceptive(lifetime)} is no lifetime for a credential; write 1m to 365d, such as 30d`;
}

interface Limit {
  readonly type: CredentialType;
  readonly tooMany: string;
}

const limits: ReadonlyMap<unknown, Limit> = new Map([
  ["too_many_secrets", { type: "secret", tooMany: "a third secret" }],
  ["too_many_client_keys", { type: "key", tooMany: "a fifth key" }],
]);

async function describeFull({ service, nowSeconds, client }: CredentialOrder, full: Limit): Promise<string[]> {
  const { credentials } = await askOperator(client, { method: "GET", path: paths.credentials }, isCredentialList);
  const isMeant = (each: IssuedCredential): boolean =>
    each.service === service && each.type === full.type && each.revokedAt === undefined && each.expiresAt > nowSeconds;
  return [
    `${service} cannot have ${full.tooMany}; end one: pnpm meshpass credentials revoke JTI`,
    ...credentials
      .filter(isMeant)
      .map(({ jti, issuedAt, expiresAt }) =>
        escapeDeceptive(`${jti}  since ${dayOf(issuedAt)}, until ${dayOf(expiresAt)}`),
      ),
  ];
}
