import { randomUUID } from "node:crypto";
import type { OperatorRole } from "@meshpass/protocol";
import { readBearer, type Verifier, VerifierError } from "@meshpass/verifier";
import type { DecisionLog } from "../decisions/decision-log.ts";
import { recordOf } from "../decisions/record-of.ts";
import type { Known, ProvenCaller } from "../grant/proven-caller.ts";
import { Refusal } from "../grant/refusal.ts";
import { hasRole } from "../operator/needs-role.ts";
import type { ClientRequest } from "./parameters.ts";

/** Who asks about a token: a client, or an operator, who may ask about any. */
export type Requester = { readonly client: string } | { readonly operator: true };

export type AuthenticateClient = (request: ClientRequest) => Promise<Known<ProvenCaller>>;

export interface RequesterDependencies {
  readonly decisions: DecisionLog;
  /** ms since 1970. */
  readonly clock: () => number;
  /** Of operator tokens. */
  readonly operators: Verifier;
}

/**
 * Who sends `request`: whoever shows an operator token of at least `role` as bearer token, else a client, by
 * `authenticateClient`. That somebody is neither is put on record.
 *
 * @throws HttpError for anybody else
 */
export async function authenticateRequester(
  { decisions, clock, operators }: RequesterDependencies,
  authenticateClient: AuthenticateClient,
  request: ClientRequest,
  role: OperatorRole,
): Promise<Requester> {
  if (await isOperator(operators, request.rawHeaders, role)) return { operator: true };
  const client = await authenticateClient(request);
  if ("value" in client) return { client: client.value.name };
  const decisionId = randomUUID();
  await decisions.record(recordOf(client.refused, { decisionId, jti: undefined, reused: undefined }, clock()));
  throw new Refusal(client.refused, decisionId);
}

async function isOperator(operators: Verifier, rawHeaders: readonly string[], role: OperatorRole): Promise<boolean> {
  try {
    return hasRole((await operators.verify(readBearer(rawHeaders))).claims, role);
  } catch (error) {
    if (error instanceof VerifierError) return false;
    throw error;
  }
}
